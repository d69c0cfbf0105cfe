// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "farmsim-bench",
  dependencies: [.package(name: "farmsim", path: "..")],
  targets: [
    .executableTarget(
      name: "farmsim-bench",
      dependencies: [
        .product(name: "Engine", package: "farmsim"), .product(name: "FarmFile", package: "farmsim"),
        .product(name: "Sim", package: "farmsim"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
  ]
)
