internal import CGSL

/// The GNU Scientific Library.
enum GSL {
  /// Tells the library once to return errors instead of ending the process. Touch it before any call that can fail.
  static let returnErrors: Void = { _ = gsl_set_error_handler_off() }()
}
