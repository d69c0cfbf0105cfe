import Engine
import FarmFile
import Foundation

/// What daemons that are gone left in the kernel of this network namespace: tables, virtual IPs, entries of MAC
/// filters and `arp_announce`.
///
/// No farm file is asked, since it may be the reason why no daemon is started any more. The tables tell by their
/// comments and sets, the addresses by their mark, and the memory in the state directory of what a flush took away.
struct Leftovers {
  /// One name of tables.
  private struct Find {
    /// What its `netdev` table or the memory tells; `nil` if neither does.
    var address: AddressTables?
    var memory: AddressMemory?
    /// The refusal that names the daemon which keeps it; `nil` if none does.
    var holder: DriverError?
    /// Whether it is to be taken away, as far as the caller goes.
    var isAsked = true

    var isFree: Bool { isAsked && holder == nil }
  }

  private let nft: Nftables
  private let route: RouteSocket
  private var finds: [String: Find] = [:]
  /// Nobody takes a name meanwhile.
  private var claims: [TableClaim] = []
  /// Whether addresses are taken away by their mark alone.
  private let isWhole: Bool

  /// Looks what there is.
  /// - Parameters:
  ///   - table: the only one to look for; `nil` for all.
  ///   - runDirectory: whose locks tell of daemons where the kernel is too old to.
  /// - Throws: ``DriverError`` where nothing can be told of the kernel.
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

  /// Why tables are left alone.
  var kept: [DriverError] { names.compactMap { finds[$0]?.holder } }

  /// Takes everything away that no daemon keeps: first what brings packets here, then the filters that keep them from
  /// being answered twice.
  /// - Returns: what that was, a phrase each.
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

  /// The virtual IPs that a mark, or one of these tables, says are a daemon's that is gone.
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
