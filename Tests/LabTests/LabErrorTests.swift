import Lab
import Testing

@Suite struct LabErrorTests {
  @Test func saysWhatItWasTold() { #expect("\(LabError("no root"))" == "no root") }
}
