import Engine
import FarmFile

extension HostPreflight {
  /// Checks each feature of nftables with a table of its own.
  func features(_ all: [KernelFeature] = KernelFeature.all) -> [PreflightCheck] {
    all.map { feature in
      let outcome = PrivateNamespace.run { () -> String? in
        do throws(FilterError) {
          try Nftables().run(feature.commands)
          return nil
        } catch { return "\(error)" }
      }
      let name = "kernel: \(feature.name)"
      switch outcome {
      case .success(nil): return PreflightCheck(name, .ok("a table with them was made"))
      case .success(let reason?):
        return PreflightCheck(
          name, .fails(reason, fix: "use a kernel with \(feature.options), or load the module of it"))
      case .failure(let refusal):
        return PreflightCheck(name, .notChecked("no private network namespace: \(refusal.reason)"))
      }
    }
  }

  /// Checks the farm's own filter, and the tables of its shared address, as the daemon will make them.
  func filter() -> PreflightCheck {
    let name = "the farm's filter"
    let outcome = PrivateNamespace.run { [setup] in
      do {
        let filter = try NftablesFilter(
          settings: setup.farm.settings, virtualIPs: setup.farm.virtualIPs, table: setup.linux.table)
        // Whether the host's settings can be written is a check of its own; here they would be another namespace's.
        do { try filter.install() } catch FilterError.setting {}
        try filter.renewLease(for: .milliseconds(300))
        try filter.endLease()
        guard setup.linux.sharedAddress != .none else { return String?.none }
        let tables = AddressTables(
          name: setup.linux.table, interface: "lo", mac: setup.mac, virtualIPs: setup.farm.virtualIPs)
        try Nftables().run(tables.commands)
        try AdvertisementRewrite.insert(for: tables.v6, mac: tables.mac, table: tables.name)
        return nil
      } catch let refusal as NetlinkSocket.Refusal {
        return "neighbour advertisements cannot be rewritten: \(refusal.reason)"
      } catch { return "\(error)" }
    }
    switch outcome {
    case .success(nil): return PreflightCheck(name, .ok("made, opened, closed and removed"))
    case .success(let reason?):
      return PreflightCheck(
        name, .fails(reason, fix: "see the kernel checks above; nftables 1.0.6 or later is needed"))
    case .failure(let refusal):
      return PreflightCheck(name, .notChecked("no private network namespace: \(refusal.reason)"))
    }
  }

  func conntrack() -> PreflightCheck {
    let name = "connection tracking"
    guard let count = setting("nf_conntrack_count") else {
      return PreflightCheck(
        name,
        .fails("nf_conntrack is not loaded", fix: "modprobe nf_conntrack, and name it in /etc/modules-load.d")
      )
    }
    return PreflightCheck(name, .ok("loaded, \(count) flows now"))
  }

  func conntrackSize() -> PreflightCheck {
    let name = "room for connections"
    guard let most = setting("nf_conntrack_max"), let count = setting("nf_conntrack_count") else {
      return PreflightCheck(name, .notChecked("nf_conntrack is not loaded"))
    }
    guard most - count >= connections else {
      return PreflightCheck(
        name,
        .fails(
          "\(most - count) of \(most) entries are free, and a node that is alone tracks all \(connections) connections",
          fix: "sysctl -w net.netfilter.nf_conntrack_max=\((connections + count) * 5 / 4)"))
    }
    return PreflightCheck(
      name, .ok("\(most - count) of \(most) entries are free; \(connections) are expected"))
  }

  /// The settings that the daemon makes at its start. They hold for the whole host, so the operator must know.
  func conntrackSettings() -> [PreflightCheck] {
    TrackingSettings.wanted.map { key, wanted in
      let name = String(key.dropFirst("nf_conntrack_".count))
      guard let value = setting(key) else {
        return PreflightCheck(name, .notChecked("nf_conntrack is not loaded"))
      }
      if value == wanted { return PreflightCheck(name, .ok("\(wanted) already")) }
      guard InterfaceSetting(path: "/proc/sys/net/netfilter/\(key)").isWritable else {
        return PreflightCheck(
          name,
          .fails(
            "\(key) is \(value) and cannot be written here",
            fix: "sysctl -w net.netfilter.\(key)=\(wanted) from outside the container"))
      }
      return PreflightCheck(
        name, .ok("\(value) now; farmd sets it to \(wanted) when it starts, for the whole host"))
    }
  }
}

extension DriverSetup {
  /// Makes a probe look like a packet for the first virtual IP.
  var probePacket: ProbePacket {
    let network = farm.settings.networks.firstIndex { $0.carriesService } ?? 0
    return ProbePacket(from: linux.attachments[node.index][network].address, to: farm.virtualIPs[0])
  }
}
