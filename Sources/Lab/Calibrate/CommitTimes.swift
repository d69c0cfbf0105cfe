import Engine
import FarmFile
import LinuxBackend
import Sim

/// How long this machine's kernel filter takes for a daemon's transactions.
enum CommitTimes {
  /// Times what the survivors of a farm of four commit when a node dies: a twelfth of the buckets each, added and
  /// removed in turn. Also times the renewal of the lease.
  static func measure(
    buckets: Int, rounds: Int, in namespace: NetworkNamespace
  ) throws(LabError) -> (takeOver: MeasuredTimes, renewal: MeasuredTimes) {
    let settings = try settings(buckets: buckets)
    return try namespace.run { () throws(LabError) in
      // The daemon's driver also runs above ordinary processes, if permitted.
      _ = RealTime.raisePriority()
      do throws(FilterError) {
        let filter = try NftablesFilter(
          settings: settings, virtualIPs: [IPAddress(parsing: "192.0.2.100")!], table: "farmd")
        try filter.install()
        var own = BucketSet(capacity: buckets)
        for b in stride(from: 0, to: buckets, by: 4) { own.insert(Bucket(b)) }
        var more = own
        for b in stride(from: 1, to: buckets, by: 12) { more.insert(Bucket(b)) }
        let groups = settings.ownershipGroups.map { BucketSet(capacity: $0.bucketCount) }
        var (takeOvers, renewals): ([UInt64], [UInt64]) = ([], [])
        for round in 0...rounds {
          var sets = groups
          sets[0] = round.isMultiple(of: 2) ? own : more
          let start = MonotonicClock.now
          try filter.commit(
            FilterCommit(number: CommitNumber(UInt64(round + 1)), owned: sets, resets: groups))
          let middle = MonotonicClock.now
          try filter.renewLease(for: .milliseconds(450))
          let end = MonotonicClock.now
          // The first round fills empty sets, and does not count.
          if round == 0 { continue }
          takeOvers.append(UInt64((middle - start).nanoseconds))
          renewals.append(UInt64((end - middle).nanoseconds))
        }
        try filter.remove()
        return (MeasuredTimes(takeOvers), MeasuredTimes(renewals))
      } catch { throw LabError("the kernel filter cannot be measured: \(error)") }
    }
  }

  private static func settings(buckets: Int) throws(LabError) -> Settings {
    let text = """
      farm:
        nodes: 4
        virtual_ip: 192.0.2.100
        groups: {web: {buckets: \(buckets), hash_seed: 1}}
        rules: [{protocol: tcp, port: 80, group: web, identity: address_port}]
      networks: {lan: {carries: [service, heartbeat]}}
      run: {duration: 1 s}
      """
    switch Scenario.read(text: text, name: "calibration") {
    case .success(let scenario): return scenario.farm.settings
    case .failure(let problems): throw LabError("\(problems.problems)")
    }
  }
}
