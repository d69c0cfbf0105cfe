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

        node1 is not ready: 1 check fails, 1 was not made

        """)
    #expect(!Self.report.isReady)
    #expect(PreflightReport(node: "node1", checks: [Self.report.checks[0], Self.report.checks[2]]).isReady)
  }

  /// A check that was not made is not good: if a node that was asked does not answer, the machine is not ready.
  @Test func theLastLineSaysWhatItComesTo() {
    func summary(_ checks: [PreflightCheck]) -> String? {
      PreflightReport(node: "node1", checks: checks).text.split(separator: "\n").last.map(String.init)
    }
    let (good, other) = (Self.report.checks[0], Self.report.checks[2])
    #expect(summary([good]) == "node1 is ready")
    #expect(summary([good, other, other]) == "node1 is ready as far as was checked: 2 were not made")
    let silent = PreflightCheck("clocks agree", .unanswered("nobody else"))
    #expect(summary([good, silent]) == "node1 is not ready: 1 was not made")
    #expect(!PreflightReport(node: "node1", checks: [good, silent]).isReady)
    #expect(
      PreflightReport(node: "node1", checks: [good, silent]).json.contains("\"result\" : \"not checked\""))
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
