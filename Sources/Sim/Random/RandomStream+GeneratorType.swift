internal import CGSL

extension RandomStream {
  /// The stream as a generator type of the GNU Scientific Library, so that every `gsl_ran_*` draws from it.
  static let generatorType = GeneratorType()

  /// A `gsl_rng_type` at a fixed address, since the library keeps pointers to it for as long as the process lives.
  struct GeneratorType: @unchecked Sendable {
    let pointer: UnsafePointer<gsl_rng_type>

    fileprivate init() {
      GSL.returnErrors
      let type = UnsafeMutablePointer<gsl_rng_type>.allocate(capacity: 1)
      let name: StaticString = "farmsim_philox4x32_10"
      type.initialize(
        to: gsl_rng_type(
          name: UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self),
          max: .max,
          min: 0,
          size: MemoryLayout<RandomStream>.size,
          set: { state, seed in
            state!.assumingMemoryBound(to: RandomStream.self).initialize(
              to: RandomStream(seed: UInt64(seed), trial: 0, entity: 0, purpose: .test))
          },
          get: { UInt(state($0).pointee.next()) },
          get_double: { state($0).pointee.uniform() }))
      pointer = UnsafePointer(type)
    }
  }
}

private func state(_ raw: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<RandomStream> {
  raw!.assumingMemoryBound(to: RandomStream.self)
}
