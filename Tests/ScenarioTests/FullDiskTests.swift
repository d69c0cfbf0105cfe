import Foundation
import TestSupport
import Testing

/// Output for a disk that fills up while it is written: code 73 and one line that names what the operator named, and
/// nothing is left, no folder either.
@Suite(.enabled(if: SmallDisk.canBeMounted, "needs root, to mount a small disk"))
struct FullDiskTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Room for the script of a chart alone, for half of a drawing, for some charts; and for no file at all.
  @Test(arguments: ["size=4k", "size=16k", "size=48k", "size=80k", "size=1m,nr_inodes=3"])
  func aReportThatDoesNotFitIs73(options: String) throws {
    let scenario = try folder.write(SmallFarm.yaml(), as: "small.yaml")
    let disk = folder.file("disk").path
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    let report = disk + "/deep/report"
    let run = try SmallDisk.run(
      "'\(BuiltProgram.farmsim.path)' run '\(scenario)' --quiet --report '\(report)'; code=$?; "
        + "ls -A '\(disk)'; exit $code", at: disk, options: options)
    #expect(run.status == 73, "\(run.errors)")
    #expect(run.output.isEmpty)
    #expect(
      run.errors == "error: the report cannot be written to \(report): No space left on device\n")
  }
}

/// A disk of some kilobytes that only one command sees.
private enum SmallDisk {
  static let canBeMounted =
    (try? TemporaryFolder()).flatMap { try? run("true", at: $0.path, options: "size=64k") }?.status == 0

  static func run(_ words: String, at folder: String, options: String) throws -> Farmsim {
    try Farmsim.run(
      ["-m", "sh", "-c", "mount -t tmpfs -o \(options) none '\(folder)' && { \(words); }"], program: "unshare"
    )
  }
}
