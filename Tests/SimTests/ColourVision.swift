import Foundation

/// How people see a colour, and how far apart two colours are for them.
enum ColourVision: String, CaseIterable {
  case normal, protanopia, deuteranopia, tritanopia

  /// On linear RGB. Source: G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, A Physiologically-based Model for
  /// Simulation of Color Vision Deficiency, IEEE TVCG 15(6), 2009, the tables for severity 1.0.
  private var matrix: [[Double]] {
    switch self {
    case .normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    case .protanopia:
      [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
      ]
    case .deuteranopia:
      [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    case .tritanopia:
      [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    }
  }

  /// CIELAB under D65 of what is seen of a colour such as `#1f77b4`.
  func lab(_ colour: String) -> [Double] {
    let rgb = ColourVision.linear(colour)
    let seen = matrix.map { row in min(1, max(0, zip(row, rgb).reduce(0) { $0 + $1.0 * $1.1 })) }
    let toXYZ = [
      [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
      [0.0193339, 0.1191920, 0.9503041],
    ]
    let xyz = toXYZ.map { row in zip(row, seen).reduce(0) { $0 + $1.0 * $1.1 } }
    let f = zip(xyz, [0.95047, 1, 1.08883]).map { value, white in
      let share = value / white
      return share > 216 / 24389.0 ? cbrt(share) : (24389 / 27.0 * share + 16) / 116
    }
    return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
  }

  /// The difference of two colours for these eyes; about 2 can just be seen side by side.
  func distance(_ a: String, _ b: String) -> Double { ColourVision.ciede2000(lab(a), lab(b)) }

  /// Contrast of WCAG 2.2, 1 to 21.
  static func contrast(_ a: String, _ b: String) -> Double {
    let lights = [a, b].map { colour in
      zip([0.2126, 0.7152, 0.0722], linear(colour)).reduce(0) { $0 + $1.0 * $1.1 } + 0.05
    }.sorted()
    return lights[1] / lights[0]
  }

  /// So much of the second colour on the first, as light mixes.
  static func mixed(_ ground: String, _ strokes: String, _ share: Double) -> String {
    let parts = zip(linear(ground), linear(strokes)).map { a, b in
      let light = a * (1 - share) + b * share
      return Int(((light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055) * 255).rounded())
    }
    return "#" + parts.map { String(format: "%02x", $0) }.joined()
  }

  private static func linear(_ colour: String) -> [Double] {
    let value = Int(colour.dropFirst(), radix: 16)!
    return [16, 8, 0].map { shift in
      let c = Double(value >> shift & 255) / 255
      return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4)
    }
  }

  /// Source: G. Sharma, W. Wu and E. N. Dalal, The CIEDE2000 Color-Difference Formula, Color Research and Application
  /// 30(1), 2005, with its notes on hues.
  static func ciede2000(_ one: [Double], _ two: [Double]) -> Double {
    let meanChroma = (hypot(one[1], one[2]) + hypot(two[1], two[2])) / 2
    let g = 0.5 * (1 - sqrt(pow(meanChroma, 7) / (pow(meanChroma, 7) + pow(25, 7))))
    func polar(_ lab: [Double]) -> (c: Double, h: Double) {
      let a = (1 + g) * lab[1]
      let hue = a == 0 && lab[2] == 0 ? 0 : atan2(lab[2], a) * 180 / .pi
      return (hypot(a, lab[2]), hue < 0 ? hue + 360 : hue)
    }
    let (first, second) = (polar(one), polar(two))
    let isGrey = first.c * second.c == 0
    var turn = isGrey ? 0 : second.h - first.h
    if turn > 180 { turn -= 360 } else if turn < -180 { turn += 360 }
    let hues = first.h + second.h
    let hue =
      isGrey
      ? hues : abs(first.h - second.h) <= 180 ? hues / 2 : hues < 360 ? (hues + 360) / 2 : (hues - 360) / 2
    let (light, chroma) = ((one[0] + two[0]) / 2, (first.c + second.c) / 2)
    func cosine(_ degrees: Double) -> Double { cos(degrees * .pi / 180) }
    let t =
      1 - 0.17 * cosine(hue - 30) + 0.24 * cosine(2 * hue) + 0.32 * cosine(3 * hue + 6) - 0.20
      * cosine(4 * hue - 63)
    let sl = 1 + 0.015 * pow(light - 50, 2) / sqrt(20 + pow(light - 50, 2))
    let (sc, sh) = (1 + 0.045 * chroma, 1 + 0.015 * chroma * t)
    let rc = 2 * sqrt(pow(chroma, 7) / (pow(chroma, 7) + pow(25, 7)))
    let rt = -sin(60 * exp(-pow((hue - 275) / 25, 2)) * .pi / 180) * rc
    let dl = (two[0] - one[0]) / sl
    let dc = (second.c - first.c) / sc
    let dh = 2 * sqrt(first.c * second.c) * sin(turn / 2 * .pi / 180) / sh
    return sqrt(dl * dl + dc * dc + dh * dh + rt * dc * dh)
  }
}
