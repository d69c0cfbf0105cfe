import Engine
import Foundation
import LinuxBackend

/// The disks of a lab's nodes. Each node's state directory is a small disk of its own, in memory, that can become full
/// or read-only.
final class StateDisks: Sendable {
  private let house: LabHouse
  private let filler = "filler"

  /// Mounts the disks. - Precondition: no daemon has been started.
  init(_ house: LabHouse, nodes: [NodeID]) throws(LabError) {
    self.house = house
    try house.run { () throws(LabError) in
      for node in nodes {
        let folder = StateDisks.folder(node)
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST,
          mount("farmsim-disk", folder, "tmpfs", UInt(MS_NOSUID | MS_NODEV), "size=256k,mode=0700") == 0
        else { throw .system("cannot mount memory on \(folder)") }
      }
    }
  }

  private static func folder(_ node: NodeID) -> String { "\(LabHouse.folder)/node\(node.index).state" }
  private static func runFolder(_ node: NodeID) -> String { "\(LabHouse.folder)/node\(node.index)" }

  /// Fills the disk completely, or empties it again.
  func fill(_ node: NodeID, _ isFull: Bool) throws(LabError) {
    let path = "\(StateDisks.folder(node))/\(filler)"
    try house.run { () throws(LabError) in
      unlink(path)
      guard isFull else { return }
      let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
      guard file >= 0 else { throw .system("cannot fill \(path)") }
      defer { close(file) }
      let junk = [UInt8](repeating: 0x66, count: 4096)
      while write(file, junk, junk.count) > 0 {}
    }
  }

  func makeReadOnly(_ node: NodeID, _ isReadOnly: Bool) throws(LabError) {
    let folder = StateDisks.folder(node)
    try house.run { () throws(LabError) in
      let flags = MS_REMOUNT | MS_NOSUID | MS_NODEV | (isReadOnly ? MS_RDONLY : 0)
      // A daemon may be writing at this moment.
      for _ in 0..<100 {
        if mount(nil, folder, nil, UInt(flags), nil) == 0 { return }
        guard errno == EBUSY else { break }
        usleep(1000)
      }
      throw .system("cannot remount \(folder)")
    }
  }

  /// What a snapshot of the machine would hold of the node's daemon: the content of all plain files, by path.
  func snapshot(_ node: NodeID) -> [String: [UInt8]] {
    house.run {
      var files: [String: [UInt8]] = [:]
      for folder in [StateDisks.folder(node), StateDisks.runFolder(node)] {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
          let path = "\(folder)/\(name)"
          var status = stat()
          guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            let content = FileManager.default.contents(atPath: path)
          else { continue }
          files[path] = Array(content)
        }
      }
      return files
    }
  }

  /// Writes the files of a snapshot over the present ones.
  func restore(_ files: [String: [UInt8]]) throws(LabError) {
    for (path, content) in files.sorted(by: { $0.key < $1.key }) {
      try house.write(content, to: String(path.dropFirst(LabHouse.folder.count + 1)), mode: 0o600)
    }
  }
}
