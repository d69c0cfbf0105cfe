// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

let package = Package(
  name: "farmsim",
  products: [
    .executable(name: "farmsim", targets: ["farmsim"]),
    .executable(name: "farmd", targets: ["farmd"]),
    .library(name: "Engine", targets: ["Engine"]),
    .library(name: "FarmFile", targets: ["FarmFile"]),
    .library(name: "Sim", targets: ["Sim"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
  ],
  targets: [
    .target(name: "Engine", swiftSettings: strict),
    .target(name: "Peers", dependencies: ["Engine"], swiftSettings: strict),
    .target(
      name: "FarmFile",
      dependencies: ["Engine", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict),
    .systemLibrary(name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"])]),
    .target(name: "Sim", dependencies: ["Engine", "FarmFile", "CGSL"], swiftSettings: strict),
    .systemLibrary(name: "CNftables", pkgConfig: "libnftables", providers: [.apt(["libnftables-dev"])]),
    .systemLibrary(
      name: "CNetfilter", pkgConfig: "libnetfilter_conntrack",
      providers: [.apt(["libmnl-dev", "libnftnl-dev", "libnetfilter-conntrack-dev"])]),
    .target(
      name: "LinuxBackend",
      dependencies: [
        "Engine", "FarmFile", "CLinux", "CNftables", "CNetfilter",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .target(
      name: "Commands",
      dependencies: [
        "FarmFile", "Engine", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "farmd",
      dependencies: [
        "LinuxBackend", "Commands", "FarmFile", "Engine",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .target(name: "CLinux"),
    .target(
      name: "Lab",
      dependencies: [
        "CLinux", "CNftables", "Sim", "LinuxBackend", "FarmFile", "Engine", "CNetfilter",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "farmsim",
      dependencies: [
        "Sim", "Lab", "Commands", "FarmFile", "Engine",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    // What several test targets need.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(
      name: "EngineTests", dependencies: ["Engine", "TestSupport"],
      exclude: ["Golden", "Vectors"], swiftSettings: strict),
    .testTarget(
      name: "PeersTests", dependencies: ["Peers", "Engine", "TestSupport"],
      exclude: ["Golden"], swiftSettings: strict),
    .testTarget(
      name: "FarmFileTests", dependencies: ["FarmFile", "Engine", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "SimTests", dependencies: ["Sim", "Engine", "FarmFile", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "LinuxBackendTests",
      dependencies: ["LinuxBackend", "FarmFile", "Engine", "CLinux", "TestSupport", "farmd"],
      exclude: ["Package/systemd-machine.sh"],
      swiftSettings: strict),
    // The programs are dependencies so that they are built whenever the tests are.
    .testTarget(
      name: "LabTests",
      dependencies: [
        "Lab", "Sim", "LinuxBackend", "FarmFile", "Engine", "CLinux", "CNetfilter", "TestSupport", "farmd",
        "farmsim",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ScenarioTests",
      dependencies: ["Sim", "FarmFile", "Commands", "TestSupport", "farmd", "farmsim"],
      swiftSettings: strict),
  ]
)
