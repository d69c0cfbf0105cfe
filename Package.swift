// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

let package = Package(
  name: "farmsim",
  products: [
    .executable(name: "farmsim", targets: ["farmsim"]),
    .library(name: "Engine", targets: ["Engine"]),
    .library(name: "FarmFile", targets: ["FarmFile"]),
    .library(name: "Sim", targets: ["Sim"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: [
    .target(name: "Engine", swiftSettings: strict),
    .target(
      name: "FarmFile",
      dependencies: ["Engine", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict),
    .systemLibrary(name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"])]),
    .target(name: "Sim", dependencies: ["Engine", "FarmFile", "CGSL"], swiftSettings: strict),
    .executableTarget(
      name: "farmsim",
      dependencies: [
        "Sim", "FarmFile", "Engine",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "EngineTests", dependencies: ["Engine"],
      exclude: ["Golden", "Vectors"], swiftSettings: strict),
    .testTarget(
      name: "FarmFileTests", dependencies: ["FarmFile", "Engine"], swiftSettings: strict),
    .testTarget(name: "SimTests", dependencies: ["Sim", "Engine", "FarmFile"], swiftSettings: strict),
    .testTarget(
      name: "ScenarioTests", dependencies: ["Sim", "FarmFile", "farmsim"], swiftSettings: strict),
  ]
)
