import Foundation
import Peers
import TestSupport

/// Wireshark's own dissector of NLB, by its program for the command line.
enum Tshark {
  struct Failure: Error { var text: String }

  /// Frames as a capture file: the classic format, a frame a second.
  private static func capture(_ frames: [[UInt8]]) -> Data {
    var words: [UInt32] = [0xa1b2_c3d4, 4 << 16 | 2, 0, 0, 65535, 1]
    var data = Data(words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } })
    for (i, frame) in frames.enumerated() {
      words = [UInt32(i), 0, UInt32(frame.count), UInt32(frame.count)]
      data += words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } } + frame
    }
    return data
  }

  /// What it says of each frame: the values of fields, and of one that comes several times all of them.
  static func dissect(_ frames: [[UInt8]], fields: [String]) throws -> [[String]] {
    let folder = try TemporaryFolder()
    try capture(frames).write(to: folder.file("heartbeats.pcap"))
    let output = try run(
      program: "tshark",
      [
        "-n", "-r", folder.file("heartbeats.pcap").path, "-T", "fields", "-E", "separator=;", "-E",
        "aggregator=,",
      ]
        + fields.flatMap { ["-e", $0] }, in: folder)
    return output.split(separator: "\n").map { line in
      line.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private static func run(program: String, _ arguments: [String], in folder: TemporaryFolder) throws -> String
  {
    let (out, err) = (folder.file("out"), folder.file("err"))
    for url in [out, err] { try Data().write(to: url) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.environment = ["HOME": folder.path, "PATH": "/usr/local/bin:/usr/bin:/bin"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: out)
    process.standardError = try FileHandle(forWritingTo: err)
    try process.run()
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw Failure(text: try String(contentsOf: err, encoding: .utf8)) }
    return try String(contentsOf: out, encoding: .utf8)
  }

  /// All of the dissector's fields for a membership heartbeat, and before them who complains.
  static let fields =
    ["_ws.expert.message", "_ws.malformed", "frame.protocols", "eth.dst", "eth.src"]
    + [
      "signature", "version", "unique_host_id", "cluster_ip", "host_ip", "my_host_ip", "default_host_ip",
      "convergence_state", "number_of_port_rules", "unique_host_code", "packets_handled", "teamincfg",
      "reserved",
      "portruleconfiguration.data", "currentmap.data", "newmap.data", "idlemap.data", "readymap.data",
      "loadweights.data", "reserved2.data",
    ].map { "msnlb." + $0 }

  /// What it must say of a heartbeat.
  static func expected(_ heartbeat: NLBHeartbeat, mode: NLBSettings.Mode) -> [String] {
    let address = { (word: UInt32) in [24, 16, 8, 0].map { word >> UInt32($0) & 0xff } }
    let dotted = { (word: UInt32) in address(word).map { "\($0)" }.joined(separator: ".") }
    let places = { (value: (NLBRuleReport) -> UInt64) in
      (0..<33).map { place -> String in
        if place == 32 { return "\(value(heartbeat.rules[heartbeat.rules.count - 1]))" }
        return place < heartbeat.rules.count - 1 ? "\(value(heartbeat.rules[place]))" : "0"
      }.joined(separator: ",")
    }
    let hex = { (word: UInt32) in String(word, radix: 16).count == 1 ? "0\(word)" : String(word, radix: 16) }
    let source = (["02", hex(UInt32(heartbeat.priority))] + address(heartbeat.clusterAddress).map(hex))
      .joined(separator: ":")
    return [
      "", "", "eth:ethertype:msnlb", "ff:ff:ff:ff:ff:ff", source, "0xc0de01bf", "\(0x0204)",
      "\(heartbeat.priority)",
      dotted(heartbeat.clusterAddress), dotted(heartbeat.dedicatedAddress), "\(heartbeat.priority)",
      "\(heartbeat.defaultHost)", "\(heartbeat.stage.rawValue)", "\(heartbeat.rules.count - 1)",
      "\(heartbeat.hostCode)", "\(heartbeat.packetsHandled)", "0x00000000", "00000000",
      places { UInt64($0.code) },
      places(\.current.bits), places(\.new.bits), places(\.idle.bits), places(\.ready.bits),
      places { UInt64($0.weight) }, places { _ in 0 },
    ]
  }
}
