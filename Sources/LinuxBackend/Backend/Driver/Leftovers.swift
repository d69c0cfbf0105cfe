import Engine
import FarmFile
import Foundation

/// What ended daemons have left in the kernel of this network namespace: tables, virtual IPs, entries of MAC filters
/// and `arp_announce`.
///
/// It uses no farm file, since a broken file may be the reason why no daemon is started any more. It recognises the
/// tables by their comments and sets, and the addresses by their mark. The memory in the state directory tells what a
/// flush has removed.
struct Leftovers {
  /// All that goes by one name of tables.
  private struct Find {
    /// From its `netdev` table or the memory; `nil` if neither tells.
    var address: AddressTables?
    var memory: AddressMemory?
    /// The refusal that names the running daemon which keeps it; `nil` if none does.
    var holder: DriverError?
    /// Whether the caller asked for its removal.
    var isAsked = true

    var isFree: Bool { isAsked && holder == nil }
  }

  private let nft: Nftables
  private let route: RouteSocket
  private var finds: [String: Find] = [:]
  /// Held so that no daemon takes a name meanwhile.
  private var claims: [TableClaim] = []
  /// Whether an address is removed for its mark alone.
  private let isWhole: Bool

  /// Finds out what there is.
  /// - Parameters:
  ///   - table: the only name to look for; `nil` for all.
  ///   - runDirectory: its locks tell of running daemons where the kernel is too old to.
  /// - Throws: ``DriverError`` if the kernel's state cannot be read.
  init(stateDirectory: String, runDirectory: String, table: String?) throws(DriverError) {
    isWhole = table == nil
    do {
      nft = try Nftables()
      route = try RouteSocket()
      for (family, name) in try nft.tables() { try look(at: name, of: family) }
    } catch { throw .machine("\(error)") }
    for memory in AddressMemory.all(in: stateDirectory) {
      guard let tables = memory.load() else { continue }
      finds[tables.name, default: Find()].memory = memory
      if finds[tables.name]?.address == nil { finds[tables.name]?.address = tables }
    }
    for name in names {
      finds[name]?.isAsked = table == nil || name == table
      if finds[name]?.isAsked == false { continue }
      do throws(DriverError) {
        let claim = try TableClaim(table: name, holder: "farmd clear (process \(getpid()))")
        if !claim.isHeld, let path = RunLock.held(in: runDirectory).first { throw .alreadyRunning(path) }
        claims.append(claim)
      } catch {
        guard case .tableTaken = error else { throw error }
        finds[name]?.holder = error
      }
    }
  }

  private var names: [String] { finds.keys.sorted() }

  private mutating func look(at name: String, of family: String) throws(FilterError) {
    guard family == "inet" || AddressTables.families.contains(family),
      let listing = try nft.layout(of: name, family: family)
    else { return }
    if family == "inet" ? NftablesFilter.made(listing) : AddressTables.made(listing) {
      finds[name, default: Find()].address =
        AddressTables(name: name, netdevListing: listing) ?? finds[name]?.address
    }
  }

  /// The daemons whose tables are left alone.
  var kept: [DriverError] { names.compactMap { finds[$0]?.holder } }

  /// Removes everything that no running daemon keeps: first what brings packets here, then the filters, which until
  /// then keep them from being answered twice.
  /// - Returns: what was removed, a phrase each.
  /// - Throws: ``DriverError/machine(_:)`` with the first thing that the kernel refuses, after all the rest is done.
  func clear() throws(DriverError) -> [String] {
    var done: [String] = []
    var failure: (any Error)?
    func attempt(_ phrase: String?, _ act: () throws -> Void) {
      do {
        try act()
        if let phrase { done.append(phrase) }
      } catch { failure = failure ?? error }
    }
    let free = names.filter { finds[$0]?.isFree == true }
    for assigned in addresses(of: free) {
      attempt("\(SharedAddress.text(assigned))") { try route.remove(assigned) }
    }
    for name in free {
      guard let find = finds[name] else { continue }
      attempt(nil) { if let address = find.address { try SharedAddress(leftBy: address).undo(address) } }
      attempt("tables '\(name)'") {
        try nft.run(AddressTables.removal(of: name) + NftablesFilter.removal(of: name))
      }
      find.memory?.forget()
    }
    if let failure { throw .machine("\(failure)") }
    return done
  }

  /// The virtual IPs that an ended daemon has left, as a mark or one of these tables says.
  private func addresses(of free: [String]) -> [RouteSocket.Assigned] {
    let kept = finds.values.filter { !$0.isFree }.flatMap { $0.address?.virtualIPs ?? [] }
    let told = free.compactMap { finds[$0]?.address }.map { address in
      (index: try? route.link(address.interface).index, virtualIPs: address.virtualIPs)
    }
    return ((try? route.addresses()) ?? []).filter { assigned in
      guard assigned.isBare, !kept.contains(assigned.address) else { return false }
      return isWhole && assigned.isMarked
        || told.contains { $0.index == assigned.index && $0.virtualIPs.contains(assigned.address) }
    }
  }
}

extension FarmDriver {
  /// Removes what daemons that did not end in good order have left on the machine's own network, whatever their farm
  /// files say by now. What a running daemon keeps is left alone.
  /// - Parameters:
  ///   - stateDirectory: where daemons remember what they changed; it need not exist.
  ///   - runDirectory: its locks tell of running daemons where the kernel is too old to.
  ///   - table: the name of the only tables to remove; `nil` for all.
  /// - Returns: what was removed, a phrase each, and why the rest was not.
  /// - Throws: ``DriverError/alreadyRunning(_:)``, or what the kernel refuses.
  public static func clear(
    stateDirectory: String, runDirectory: String, table: String?
  ) throws(DriverError) -> (gone: [String], kept: [DriverError]) {
    let leftovers = try Leftovers(stateDirectory: stateDirectory, runDirectory: runDirectory, table: table)
    return (try leftovers.clear(), leftovers.kept)
  }
}
