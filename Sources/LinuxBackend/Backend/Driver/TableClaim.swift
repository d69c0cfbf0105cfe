import CNetfilter
import Engine
import Glibc

/// Holds the name of a daemon's tables, in the network namespace of the thread that makes it, against any other daemon:
/// two with one name would repair each other's tables for ever.
///
/// The claim is a table `<name>_daemon` without chains that belongs to a socket of this process. No other process can
/// change or delete it, not even by a flush of the ruleset, and the kernel removes it when the process ends, however it
/// ends. So an upgrade in place passes the name on, and another network namespace does not see it. A process needs the
/// right to change tables to hold it.
///
/// - Source: `NFT_TABLE_F_OWNER` in Linux `include/uapi/linux/netfilter/nf_tables.h`, since 5.12. An older kernel
///   refuses the flag: nothing is held there.
final class TableClaim {
  private var socket: NetlinkSocket?

  /// Makes the claim. Waits a moment for a daemon that is about to end.
  /// - Parameters:
  ///   - table: the name of the daemon's own tables.
  ///   - holder: the text that another daemon shows for the holder; at most 100 bytes.
  /// - Throws: ``DriverError/tableTaken(_:by:)``, or ``DriverError/machine(_:)`` without the right to change tables.
  init(table: String, holder: String) throws(DriverError) {
    let name = Self.name(for: table)
    var wait = HandoverWait()
    do {
      let socket = try NetlinkSocket(bus: NETLINK_NETFILTER)
      self.socket = socket
      while let refusal = Self.make(name, holder, by: socket) {
        switch refusal.code {
        case EOPNOTSUPP, EINVAL:
          self.socket = nil
          return
        // Somebody else holds it, or this process has no right at all: then reading it is refused as well.
        case EPERM, EEXIST:
          let other = try Self.holder(of: name, by: socket)
          if !wait.goesOn() {
            throw DriverError.tableTaken(table, by: other ?? "somebody who is gone by now")
          }
        default: throw refusal
        }
      }
    } catch {
      throw error as? DriverError ?? .machine("netlink: the table \(name) cannot be made: \(error)")
    }
  }

  /// Whether the name is held: an older kernel has no claims.
  var isHeld: Bool { socket != nil }

  /// Releases the name.
  func release() { socket = nil }

  static func name(for table: String) -> String { table + suffix }

  /// Whether a table is the claim of a daemon.
  static func isClaim(_ table: String) -> Bool { table.hasSuffix(suffix) }

  private static let suffix = "_daemon"

  /// - Returns: the kernel's refusal; `nil` if the table was made.
  private static func make(
    _ name: String, _ holder: String, by socket: NetlinkSocket
  ) -> NetlinkSocket.Refusal? {
    var batch = NetfilterBatch()
    batch.append { buffer in
      let message = nftnl_nlmsg_build_hdr(
        buffer, UInt16(NFT_MSG_NEWTABLE.rawValue), UInt16(NetfilterNumbers.internetFamily),
        UInt16(NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK), NetfilterBatch.sequence)!
      message.put(Int(NFTA_TABLE_NAME.rawValue), name)
      message.put(
        Int(NFTA_TABLE_FLAGS.rawValue),
        withUnsafeBytes(of: NFT_TABLE_F_OWNER.rawValue.bigEndian) { Array($0) })
      message.put(Int(NFTA_TABLE_USERDATA.rawValue), comment(holder))
      return message
    }
    do throws(NetlinkSocket.Refusal) {
      try batch.send(by: socket)
      return nil
    } catch { return error }
  }

  /// A table's comment as nft writes and reads it: its kind 0, its length, its bytes with a zero at the end.
  private static func comment(_ text: String) -> [UInt8] {
    let bytes = text.utf8.prefix(100) + [0]
    return [0, UInt8(bytes.count)] + bytes
  }

  /// The holder of a name, as its table tells; `nil` if the table is gone by now.
  private static func holder(
    of name: String, by socket: NetlinkSocket
  ) throws(NetlinkSocket.Refusal) -> String? {
    var found: String?
    do throws(NetlinkSocket.Refusal) {
      let type = Int32(NetfilterNumbers.nftables) << 8 | Int32(NFT_MSG_GETTABLE.rawValue)
      try socket.request(type: type, flags: 0) { message in
        message.put(nfgenmsg(nfgen_family: NetfilterNumbers.internetFamily, version: 0, res_id: 0))
        message.put(Int(NFTA_TABLE_NAME.rawValue), name)
      } each: { message in
        let note = message.attribute(Int(NFTA_TABLE_USERDATA.rawValue), after: nfgenmsg.self) ?? []
        found = String(decoding: note.dropFirst(2).prefix { $0 != 0 }, as: UTF8.self)
        if note.isEmpty { found = "whoever made the table \(name)" }
      }
    } catch { if error.code != ENOENT { throw error } }
    return found
  }
}
