import Testing

@testable import Sim

/// People with any colour vision tell the colours of charts apart, in either theme.
@Suite struct ChartThemeTests {
  typealias Tone = ChartTheme.Tone

  /// Pairs of the paper's table of test data.
  @Test(arguments: [
    ([50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425),
    ([50, -1.3802, -84.2814], [50, 0, -82.7485], 1.0000),
    ([50, 2.5, 0], [50, 0, -2.5], 4.3065), ([50, 2.5, 0], [73, 25, -18], 27.1492),
    ([6.7747, -0.2908, -2.4247], [5.8714, -0.0985, -2.2286], 0.6377),
    ([2.0776, 0.0795, -1.1350], [0.9033, -0.0636, -0.5514], 0.9082),
  ])
  func theDifferenceIsThatOfThePaper(_ one: [Double], _ two: [Double], _ expected: Double) {
    #expect(abs(ColourVision.ciede2000(one, two) - expected) < 1e-4)
    #expect(abs(ColourVision.ciede2000(two, one) - expected) < 1e-4)
  }

  /// Grey is grey for everybody, and red and green are near for who lacks the receptor.
  @Test func theSimulatedEyesAreThoseOfTheModel() {
    for vision in ColourVision.allCases {
      #expect(
        ColourVision.ciede2000(vision.lab("#808080"), ColourVision.normal.lab("#808080")) < 1, "\(vision)")
    }
    let (red, green) = ("#c04040", "#668033")
    #expect(ColourVision.normal.distance(red, green) > 40)
    #expect(ColourVision.deuteranopia.distance(red, green) < 12)
  }

  @Test(arguments: ColourVision.allCases, [false, true])
  func coloursAreToldApart(_ vision: ColourVision, isDark: Bool) {
    func expect(_ a: Tone, _ b: Tone, _ least: Double, _ what: String) {
      let (one, two) = isDark ? (a.dark, b.dark) : (a.light, b.light)
      let distance = vision.distance(one, two)
      #expect(distance >= least, "\(what): \(one) and \(two) are \(distance) apart")
    }
    let owners = ChartTheme.owners.map(\.fill)
    for (i, owner) in owners.enumerated() {
      for other in owners[..<i] { expect(owner, other, 10, "owners") }
      expect(owner, ChartTheme.double, 15, "owner and double")
      expect(owner, ChartTheme.unreached, 13, "owner and unreached")
      expect(owner, ChartTheme.unserved, 13, "owner and unserved")
      expect(owner, ChartTheme.hole, 20, "owner and hole")
      expect(owner, ChartTheme.others, 12, "owner and others")
      expect(owner, ChartTheme.background, 14, "owner and ground")
      expect(owner, ChartTheme.forming, 12, "owner and forming")
    }
    let troubles = [ChartTheme.hole, ChartTheme.unreached, ChartTheme.unserved, ChartTheme.double]
    for (i, trouble) in troubles.enumerated() {
      for other in troubles[..<i] { expect(trouble, other, 18, "troubles") }
      for quiet in [ChartTheme.others, ChartTheme.background, ChartTheme.forming] {
        expect(trouble, quiet, 18, "trouble and quiet")
      }
    }
    // Beside the picture of owners, no phase is taken for a node.
    for (i, phase) in ChartTheme.phases.enumerated() {
      for other in ChartTheme.phases[..<i] { expect(phase, other, 18, "phases") }
      for owner in owners { expect(phase, owner, 11, "phase and owner") }
      for trouble in troubles { expect(phase, trouble, 11, "phase and trouble") }
      expect(phase, ChartTheme.others, 11, "phase and others")
      expect(phase, ChartTheme.background, 16, "phase and ground")
    }
    expect(ChartTheme.others, ChartTheme.background, 9, "others and ground")
    expect(ChartTheme.others, ChartTheme.forming, 4, "others and forming")
  }

  /// A picture that is shown small mixes strokes and ground: what is seen then is still no node's colour.
  @Test(arguments: ColourVision.allCases, [false, true])
  func aHatchFromAfarIsNoNodesColour(_ vision: ColourVision, isDark: Bool) {
    // The share of their ground that strokes cover.
    for (hatch, share) in [(ChartHatch.hole, 0.23), (.unreached, 0.125), (.unserved, 0.125), (.double, 0.28)]
    {
      let mixed =
        isDark
        ? ColourVision.mixed(hatch.ground.dark, hatch.strokes.dark, share)
        : ColourVision.mixed(hatch.ground.light, hatch.strokes.light, share)
      for owner in ChartTheme.owners {
        let distance = vision.distance(mixed, isDark ? owner.fill.dark : owner.fill.light)
        #expect(distance >= 10, "\(hatch.name) and \(owner.fill) are \(distance) apart")
      }
    }
  }

  @Test func wordsOnAShareCanBeRead() {
    for owner in ChartTheme.owners {
      #expect(ColourVision.contrast(owner.fill.light, owner.text.light) >= 4.5, "\(owner)")
      #expect(ColourVision.contrast(owner.fill.dark, owner.text.dark) >= 4.5, "\(owner)")
    }
    #expect(ColourVision.contrast(ChartTheme.ink.light, ChartTheme.background.light) >= 7)
    #expect(ColourVision.contrast(ChartTheme.ink.dark, ChartTheme.background.dark) >= 7)
  }

  /// A style sheet swaps by the light colour: one that two tones had would be swapped for both.
  @Test func noTwoTonesHaveTheSameLightColour() {
    #expect(Set(ChartTheme.tones.map(\.light)).count == ChartTheme.tones.count)
    for tone in ChartTheme.owners.map(\.text) where tone.light != tone.dark {
      #expect(ChartTheme.tones.contains(tone))
    }
  }

  /// Trouble shows without any colour: each kind has strokes of its own, which stand out on its ground.
  @Test func troubleIsHatched() throws {
    let svg = SVGDocument.finish(
      """
      <svg>
      <g id="gnuplot_canvas">
      <polygon fill='\(ChartTheme.hole.light)' points='1,2 3,2 3,0 1,0 '/>
      <polygon fill='\(ChartTheme.double.light)' points='1,2 3,2 3,0 1,0 '/>
      <polygon fill='\(ChartTheme.unreached.light)' points='1,2 3,2 3,0 1,0 '/>
      <polygon fill='\(ChartTheme.unserved.light)' points='1,2 3,2 3,0 1,0 '/>
      </g>
      </svg>
      """, title: "t")
    #expect(Set(ChartHatch.all.map(\.definition)).count == 4)
    for hatch in ChartHatch.all {
      #expect(svg.contains("<path fill='url(#\(hatch.name))'"))
      #expect(svg.contains("<pattern id=\"\(hatch.name)\""))
      #expect(svg.contains("[fill=\"\(hatch.ground.light)\"]{fill:\(hatch.ground.dark)}"))
      for (ground, strokes) in [
        (hatch.ground.light, hatch.strokes.light), (hatch.ground.dark, hatch.strokes.dark),
      ] {
        #expect(ColourVision.contrast(ground, strokes) >= 3, "\(hatch.name) in \(ground)")
      }
    }
  }
}
