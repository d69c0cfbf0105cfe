import Testing

@testable import farmsim

@Suite struct ProgressLineTests {
  private func line(_ simulated: Double, width: Int, hasColour: Bool = false) -> String {
    ProgressLine(
      simulated: simulated, total: 100, events: 5_000_000, elapsed: 4, width: width, hasColour: hasColour
    ).text
  }

  @Test func saysHowFarHowLongYetAndHowFast() {
    #expect(
      line(25, width: 100)
        == "##########..............................  25 %  12 s left  6.25 simulated s/s, 1.25M events/s")
  }

  @Test(arguments: 0...200) func neverWraps(width: Int) {
    #expect(line(50, width: width).count <= max(width - 1, 0))
  }

  @Test func aNarrowTerminalKeepsWhatMattersMost() {
    #expect(line(25, width: 30) == "###.........  25 %  12 s left")
    #expect(line(25, width: 8) == "25 %")
  }

  @Test func coloursOnlyWhenAsked() {
    #expect(line(50, width: 80, hasColour: true).contains("\u{1b}["))
    #expect(!line(50, width: 80).contains("\u{1b}"))
  }

  @Test func nothingDoneYetPromisesNoTime() {
    #expect(!line(0, width: 100).contains("left"))
  }

  @Test func neverMoreThanTheWhole() {
    #expect(line(101, width: 100).contains("100 %"))
  }
}
