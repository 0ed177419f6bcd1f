import Foundation
import PackagePlugin

/// Compiles the package's Catalogue folder into the target that uses the plugin: the facts into HTTPStatus, the words into
/// StatusGuide. It works offline, also for a package that depends on this one.
@main
struct CompileCatalogue: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let part = target.name == "StatusGuide" ? "words" : "facts"
    let folder = context.package.directoryURL.appending(
      path: "Catalogue", directoryHint: .isDirectory
    ).resolvingSymlinksInPath()
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    // Every file is an input, so that an edit anywhere compiles the catalogue again.
    let inputs = names.filter { $0.hasSuffix(".md") }.sorted().map { folder.appending(path: $0) }
    let output = context.pluginWorkDirectoryURL.appending(path: "Catalogue-\(part).swift")
    return [
      .buildCommand(
        displayName: "Compiling the catalogue's \(part) for \(target.name)",
        executable: try context.tool(named: "CatalogueCompiler").url,
        arguments: [part, folder.path, output.path],
        inputFiles: inputs,
        outputFiles: [output])
    ]
  }
}
