import Commands
import Engine
import FarmFile
import Foundation

/// A list of clients as CSV (`client,port`), answered line by line with a bucket and a node.
///
/// Memory does not grow with the list. Fields are not quoted: addresses, ports and node names need none.
struct ClientList {
  static let header = "client,port"
  /// Bad lines that are named; the others are only counted.
  static let namedProblems = 20

  let lookup: OwnerLookup
  /// What the list is called in messages.
  let name: String
  /// Takes the answers, in pieces.
  let write: ([UInt8]) throws -> Void
  let complain: (String) -> Void

  /// Answers the whole list. Bad lines are named by number and left out of the answer.
  /// - Returns: how many lines were bad.
  func answer(_ reader: LineReader) throws -> Int {
    var output: [UInt8] = []
    output.reserveCapacity(1 << 17)
    var bad = 0
    var lines = 0
    let names = lookup.farm.nodes.map { Array($0.utf8) }
    try reader.readLines { line in
      lines += 1
      if line.number == 1 {
        guard Self.isHeader(line.bytes) else {
          complain("\(name):1: expected the header '\(Self.header)', saw '\(Self.shown(line))'")
          throw ExitReason.badInput.exit
        }
        output += Array("\(Self.header),bucket,node\n".utf8)
        return
      }
      guard !line.isCut, let client = Self.client(line.bytes, needsPort: lookup.needsPort) else {
        bad += 1
        if bad <= Self.namedProblems { complain(problem(line)) }
        return
      }
      let bucket = lookup.bucket(of: client.address, port: client.port)
      output += line.bytes
      output.append(UInt8(ascii: ","))
      Self.append(bucket.index, to: &output)
      output.append(UInt8(ascii: ","))
      if let node = lookup.node(of: bucket) { output += names[node.index] }
      output.append(UInt8(ascii: "\n"))
      if output.count > 1 << 16 {
        try write(output)
        output.removeAll(keepingCapacity: true)
      }
    }
    try write(output)
    if lines == 0 {
      complain("\(name): empty; expected the header '\(Self.header)'")
      throw ExitReason.badInput.exit
    }
    if bad > Self.namedProblems { complain("\(name): \(bad - Self.namedProblems) more lines like these") }
    return bad
  }

  private func problem(_ line: LineReader.Line) -> String {
    let port = lookup.needsPort ? "a port, 0 to 65535" : "a port or nothing"
    return "\(name):\(line.number): expected an address, a comma and \(port); saw '\(Self.shown(line))'"
  }

  /// A client by its fields; `nil` if they are not an address and a port.
  static func client(_ bytes: UnsafeRawBufferPointer, needsPort: Bool) -> Client? {
    guard let comma = bytes.firstIndex(of: UInt8(ascii: ",")) else { return nil }
    let field = String(decoding: bytes[bytes.startIndex..<comma], as: UTF8.self)
    guard let address = Client.address(field) else { return nil }
    let digits = bytes[(comma + 1)...]
    if digits.isEmpty { return needsPort ? nil : Client(address: address, port: 0) }
    guard let port = port(digits) else { return nil }
    return Client(address: address, port: port)
  }

  private static func port(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt16? {
    guard digits.count <= 5 else { return nil }
    var value = 0
    for byte in digits {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return UInt16(exactly: value)
  }

  /// The header, after a byte order mark if a spreadsheet left one.
  private static func isHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    return (bytes.starts(with: mark) ? bytes.dropFirst(3) : bytes[...]).elementsEqual(header.utf8)
  }

  /// What a line holds, short and printable.
  private static func shown(_ line: LineReader.Line) -> String {
    let text = String(decoding: line.bytes.prefix(60), as: UTF8.self)
    let printable = String(text.map { $0.isASCII && $0 >= " " && $0 != "\u{7f}" ? $0 : "?" })
    return line.bytes.count > 60 ? printable + "..." : printable
  }

  private static func append(_ number: Int, to output: inout [UInt8]) {
    if number >= 10 { append(number / 10, to: &output) }
    output.append(UInt8(0x30 + number % 10))
  }
}
