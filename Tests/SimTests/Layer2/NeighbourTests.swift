import Engine
import FarmFile
import Testing

@testable import Sim

/// What routers and hosts know by ARP, and for how long.
@Suite struct NeighbourTests {
  private let virtualIP = IPAddress(v4: 0x0a4d_0064)
  private let router = IPAddress(v4: 0x0a4d_00fe)
  private let own = MACAddress(0x0200_0000_0001)
  private let other = MACAddress(0x0200_0000_0002)
  private let group = MACAddress(0x03bf_0a4d_0064)

  private func at(_ seconds: Int) -> Instant { .zero + .seconds(seconds) }
  private func reply(_ mac: MACAddress) -> ARPMessage {
    .reply(to: .request(for: virtualIP, from: router, mac: MACAddress(0x0200_0000_00fe)), mac: mac)
  }

  @Test(arguments: [
    (RouterPreset.ios, 14_400), (.junos, 1200), (.comware, 1200), (.fortiSwitch, 180),
  ])
  func aRouterForgetsAfterItsTime(_ preset: RouterPreset, _ seconds: Int) {
    var cache = ARPCache(preset.settings)
    cache.hear(reply(own), isForRouter: true, at: at(0))
    #expect(cache.mac(of: virtualIP, at: at(seconds - 1)) == own)
    #expect(cache.mac(of: virtualIP, at: at(seconds)) == nil)
  }

  /// RFC 1812, section 3.3.2: a router must not believe an answer that names a group's MAC.
  @Test(arguments: [(RouterPreset.ios, false), (.arubaOSMulticast, true)])
  func aGroupMACIsRefusedUnlessSetOtherwise(_ preset: RouterPreset, _ isTaken: Bool) {
    var cache = ARPCache(preset.settings)
    cache.hear(reply(group), isForRouter: true, at: at(0))
    #expect(cache.mac(of: virtualIP, at: at(0)) == (isTaken ? group : nil))
    // By hand it works on every router, and no message changes it.
    cache.enter(group, for: virtualIP)
    cache.hear(reply(own), isForRouter: true, at: at(1))
    cache.clear()
    #expect(cache.mac(of: virtualIP, at: at(99_999)) == group)
  }

  /// RFC 826: a sender that is known is updated, one that is not is entered only by a message for oneself.
  @Test func gratuitousMessagesUpdateAndDoNotCreate() {
    var cache = ARPCache()
    let news = ARPMessage.announcement(of: virtualIP, mac: other)
    cache.hear(news, isForRouter: false, at: at(0))
    #expect(cache.mac(of: virtualIP, at: at(0)) == nil)
    cache.hear(reply(own), isForRouter: true, at: at(0))
    cache.hear(news, isForRouter: false, at: at(10))
    #expect(cache.mac(of: virtualIP, at: at(14_409)) == other)
    cache.clear()
    #expect(cache.mac(of: virtualIP, at: at(10)) == nil)
    // A router may be set to ignore them.
    var deaf = ARPCache(ARPCache.Settings(takesGratuitous: false))
    deaf.hear(reply(own), isForRouter: true, at: at(0))
    deaf.hear(news, isForRouter: false, at: at(1))
    #expect(deaf.mac(of: virtualIP, at: at(1)) == own)
  }

  /// A hypervisor's RARP names no IP address.
  @Test func reverseRequestsTeachNothing() {
    var cache = ARPCache()
    cache.hear(.reverseRequest(mac: own), isForRouter: true, at: at(0))
    #expect(cache.mac(of: IPAddress(v4: 0), at: at(0)) == nil)
  }

  /// Linux: reachable, then 5 s of delay and 3 probes in 3 s. Between a MAC's death and the host's turning away from it
  /// lie 8 s if it was stale, and up to the reachable time more.
  @Test func aHostLeavesADeadMACAfterDelayAndThreeProbes() {
    var neighbour = HostNeighbour()
    #expect(neighbour.use(at: at(0)) == true)
    neighbour.answer(own, at: at(0))
    #expect(neighbour.mac == own && neighbour.due == at(30))
    #expect(!neighbour.use(at: at(10)) && neighbour.state == .reachable)
    #expect(!neighbour.tick(at: at(30)) && neighbour.state == .stale && neighbour.due == .never)
    #expect(!neighbour.use(at: at(31)) && neighbour.state == .delay && neighbour.due == at(36))
    var questions: [Instant] = []
    while neighbour.due != .never {
      let due = neighbour.due
      #expect(neighbour.mac == own, "packets still go to the old MAC")
      if neighbour.tick(at: due) { questions.append(due) }
    }
    #expect(questions == [at(36), at(37), at(38)])
    #expect(neighbour.state == .failed && neighbour.mac == nil)
    // The next packet asks anew, and another node answers.
    #expect(neighbour.use(at: at(40)) == true)
    neighbour.answer(other, at: at(40))
    #expect(neighbour.mac == other)
  }

  @Test func anAnswerToAProbeMakesItReachable() {
    var neighbour = HostNeighbour()
    _ = neighbour.use(at: at(0))
    neighbour.answer(own, at: at(0))
    _ = neighbour.tick(at: at(30))
    _ = neighbour.use(at: at(30))
    #expect(neighbour.tick(at: at(35)) && neighbour.state == .probe)
    neighbour.answer(own, at: at(35))
    #expect(neighbour.state == .reachable && neighbour.due == at(65))
  }

  /// Gratuitous ARP updates what is known, without making it fresh, and creates nothing (Linux: `arp_accept` off).
  @Test func aHostTakesGratuitousNewsOfKnownNeighboursOnly() {
    var neighbour = HostNeighbour()
    neighbour.hear(other)
    #expect(neighbour.mac == nil && neighbour.state == .none)
    _ = neighbour.use(at: at(0))
    neighbour.answer(own, at: at(0))
    neighbour.hear(own)
    #expect(neighbour.state == .reachable)
    neighbour.hear(other)
    #expect(neighbour.mac == other && neighbour.state == .stale)
  }

  @Test func anAddressThatNobodyHasFailsAfterThreeQuestions() {
    var neighbour = HostNeighbour()
    var questions = neighbour.use(at: at(0)) ? 1 : 0
    while neighbour.due != .never { if neighbour.tick(at: neighbour.due) { questions += 1 } }
    #expect(questions == 3 && neighbour.state == .failed)
  }
}
