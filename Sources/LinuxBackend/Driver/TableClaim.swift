import CNetfilter
import Engine
import Glibc

/// Holds the name of a daemon's tables, in the network namespace of the thread that makes it, against any other daemon:
/// two with one name would repair each other's tables for ever.
///
/// The claim is a table `<name>_daemon` without chains that belongs to a socket of this process. The kernel lets
/// nobody else change or delete it, a flush of the ruleset included, and takes it away when the process ends, however
/// it ends. So an upgrade in place hands the name on, another network namespace knows nothing of it, and nobody can
/// hold it who may not change tables anyway.
///
/// - Source: `NFT_TABLE_F_OWNER` in Linux `include/uapi/linux/netfilter/nf_tables.h`, since 5.12. An older kernel
///   refuses the flag: nothing is held there.
final class TableClaim {
  private var socket: NetlinkSocket?

  /// Waits a moment for a daemon that is about to end.
  /// - Parameters:
  ///   - table: the name of the daemon's own tables.
  ///   - holder: who holds them, as another daemon tells it; at most 100 bytes.
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
        // Somebody's, or no right at all: then looking at it is refused as well.
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

  /// Whether the kernel knows of claims.
  var isHeld: Bool { socket != nil }

  /// Gives the name up.
  func release() { socket = nil }

  static func name(for table: String) -> String { table + suffix }

  /// Whether a table is the claim to another one.
  static func isClaim(_ table: String) -> Bool { table.hasSuffix(suffix) }

  private static let suffix = "_daemon"

  /// - Returns: why the kernel does not make it; `nil` if it has.
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

  /// As nft writes and reads a table's comment: its kind 0, its length, its bytes with a zero behind.
  private static func comment(_ text: String) -> [UInt8] {
    let bytes = text.utf8.prefix(100) + [0]
    return [0, UInt8(bytes.count)] + bytes
  }

  /// The holder of a name, as its table tells; `nil` if there is none by now.
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
