import Commands
import Engine
import FarmFile
import Foundation

/// A list of clients, one on each line; the answer has a bucket and a node for each.
///
/// Lines may have the forms that logs and spreadsheets write: `198.51.100.7,40112`, `198.51.100.7`,
/// `"198.51.100.7";"40112"`, `[2001:db8::7]:40112`, with the header `client,port` or `client`, or without one. The
/// first line that is not blank decides the separator. The answer is CSV in one form. Memory does not grow with the
/// list.
struct ClientList {
  static let header = "client,port"
  /// The most bad lines that are named. Others are only counted.
  static let namedProblems = 20

  let lookup: OwnerLookup
  /// The list's name in messages.
  let name: String
  /// Receives the answer, in pieces.
  let write: ([UInt8]) throws -> Void
  let complain: (String) -> Void

  /// Answers the whole list. Bad lines are named by number and left out.
  /// - Returns: how many lines were bad.
  func answer(_ reader: LineReader) throws -> Int {
    var output = Array("\(Self.header),bucket,node\n".utf8)
    output.reserveCapacity(1 << 17)
    var bad = 0
    /// `nil` before the first line that is not blank.
    var shape: ListLine?
    let names = lookup.farm.nodes.map { Array($0.utf8) }
    try reader.readLines { line in
      let bytes = line.number == 1 ? Self.withoutMark(line.bytes) : line.bytes[...]
      let form = shape ?? ListLine(firstLine: bytes)
      if !line.isCut, form.isBlank(bytes) { return }
      if shape == nil {
        shape = form
        if Self.isHeader(bytes, form) { return }
        guard line.isCut || Self.client(bytes, form) != nil else {
          complain(
            "\(name):\(line.number): expected the header '\(Self.header)' or 'client', saw '\(Self.shown(line))'"
          )
          throw ExitReason.badInput.exit
        }
      }
      guard !line.isCut, let client = Self.client(bytes, form), client.hasPort || !lookup.needsPort else {
        bad += 1
        if bad <= Self.namedProblems { complain(problem(line)) }
        return
      }
      let bucket = lookup.bucket(of: client.address, port: client.port)
      output += client.address.text.utf8
      output.append(UInt8(ascii: ","))
      if client.hasPort { Self.append(Int(client.port), to: &output) }
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
    guard shape != nil else {
      complain("\(name): no lines; expected the header '\(Self.header)'")
      throw ExitReason.badInput.exit
    }
    try write(output)
    if bad > Self.namedProblems { complain("\(name): \(bad - Self.namedProblems) more lines like these") }
    return bad
  }

  private func problem(_ line: LineReader.Line) -> String {
    let port = lookup.needsPort ? "an address and a port, 0 to 65535" : "an address, with a port or without"
    return "\(name):\(line.number): expected \(port); saw '\(Self.shown(line))'"
  }

  /// The client of a line; `nil` if its fields are not an address and a port.
  static func client(_ bytes: Slice<UnsafeRawBufferPointer>, _ shape: ListLine) -> Client? {
    plainClient(bytes) ?? shape.fields(bytes).flatMap(client)
  }

  /// The same for a line without quotes, as most are: `ADDRESS,PORT`, `ADDRESS` or `IPV4:PORT`.
  private static func plainClient(_ bytes: Slice<UnsafeRawBufferPointer>) -> Client? {
    if let comma = bytes.firstIndex(of: UInt8(ascii: ",")) {
      guard let port = port(bytes[(comma + 1)...]), let address = address(bytes[..<comma]) else { return nil }
      return Client(address: address, port: port)
    }
    if let colon = bytes.lastIndex(of: UInt8(ascii: ":")), let port = port(bytes[(colon + 1)...]),
      let address = address(bytes[..<colon]), address.isIPv4
    {
      return Client(address: address, port: port)
    }
    guard let address = address(bytes) else { return nil }
    var client = Client(address: address, port: 0)
    client.hasPort = false
    return client
  }

  private static func address(_ bytes: Slice<UnsafeRawBufferPointer>) -> IPAddress? {
    Client.address(String(decoding: bytes, as: UTF8.self))
  }

  /// An address with or without a port, in one field or two.
  private static func client(_ fields: [String]) -> Client? {
    guard fields.count <= 2, var client = Client(fields[0]) else { return nil }
    guard fields.count == 2, !fields[1].isEmpty else { return client }
    let digits = fields[1].utf8
    guard !client.hasPort, digits.count <= 5, digits.allSatisfy({ 0x30...0x39 ~= $0 }),
      let port = UInt16(fields[1])
    else { return nil }
    (client.port, client.hasPort) = (port, true)
    return client
  }

  private static func port(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt16? {
    guard (1...5).contains(digits.count) else { return nil }
    var value = 0
    for byte in digits {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return UInt16(exactly: value)
  }

  private static func isHeader(_ bytes: Slice<UnsafeRawBufferPointer>, _ shape: ListLine) -> Bool {
    let titles = shape.fields(bytes)?.map { $0.lowercased() }.joined(separator: ",")
    return titles == header || titles == "client"
  }

  /// The first line without the byte order mark that some spreadsheets write.
  private static func withoutMark(_ bytes: UnsafeRawBufferPointer) -> Slice<UnsafeRawBufferPointer> {
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    return bytes.starts(with: mark) ? bytes.dropFirst(3) : bytes[...]
  }

  /// The content of a line, short and printable.
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
