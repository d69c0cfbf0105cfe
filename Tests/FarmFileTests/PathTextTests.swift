import FarmFile
import Testing

@Suite struct PathTextTests {
  @Test(arguments: [
    ("q", ".", "q"), ("q/", ".", "q"), ("x/y", "x", "y"), ("qq", ".", "qq"), ("a//b/", "a", "b"),
    ("q/.", "q", "."),
    ("./q", ".", "q"), ("/", "/", "/"), ("/q", "/", "q"), ("~", ".", "~"), ("é/ü", "é", "ü"), ("", ".", "."),
  ])
  func theyAreNamedAsTheShellNamesThem(path: String, folder: String, name: String) {
    #expect(PathText.folder(of: path) == folder)
    #expect(PathText.name(of: path) == name)
  }

  @Test func oneSlashIsBetweenAFolderAndWhatIsInIt() {
    #expect(PathText.joined("q", "report.md") == "q/report.md")
    #expect(PathText.joined("q/", "report.md") == "q/report.md")
    #expect(PathText.joined("/", "report.md") == "/report.md")
  }
}
