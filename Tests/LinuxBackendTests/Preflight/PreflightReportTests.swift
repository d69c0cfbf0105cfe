import LinuxBackend
import Testing

@Suite struct PreflightReportTests {
  static let report = PreflightReport(
    node: "node1",
    checks: [
      PreflightCheck("tcp_loose", .ok("0 already")),
      PreflightCheck("interface eth0 (lan)", .fails("it is down", fix: "ip link set eth0 up")),
      PreflightCheck("clocks agree", .notChecked("nobody else")),
    ])

  @Test func oneLineACheck() {
    #expect(
      Self.report.text == """
        ok           tcp_loose: 0 already
        fails        interface eth0 (lan): it is down; to fix: ip link set eth0 up
        not checked  clocks agree: nobody else

        """)
    #expect(!Self.report.isReady)
    #expect(PreflightReport(node: "node1", checks: [Self.report.checks[0], Self.report.checks[2]]).isReady)
  }

  @Test func jsonHasTheSame() {
    #expect(
      Self.report.json == """
        {
          "checks" : [
            {
              "check" : "tcp_loose",
              "detail" : "0 already",
              "result" : "ok"
            },
            {
              "check" : "interface eth0 (lan)",
              "detail" : "it is down",
              "fix" : "ip link set eth0 up",
              "result" : "fails"
            },
            {
              "check" : "clocks agree",
              "detail" : "nobody else",
              "result" : "not checked"
            }
          ],
          "isReady" : false,
          "node" : "node1"
        }
        """)
  }
}
