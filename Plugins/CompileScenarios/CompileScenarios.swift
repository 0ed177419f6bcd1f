import Foundation
import PackagePlugin

/// Compiles the package's Scenarios folder, with those in it, into the target that uses the plugin, as one string with an index.
@main
struct CompileScenarios: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folder = context.package.directoryURL.appending(
      path: "Scenarios", directoryHint: .isDirectory
    ).resolvingSymlinksInPath()
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    let inputs = names.filter { $0.hasSuffix(".scenario") }.sorted().map {
      folder.appending(path: $0)
    }
    let output = context.pluginWorkDirectoryURL.appending(path: "ScenarioTable.swift")
    return [
      .buildCommand(
        displayName: "Compiling the scenarios for \(target.name)",
        executable: try context.tool(named: "ScenarioCompiler").url,
        arguments: [folder.path, output.path],
        inputFiles: inputs,
        outputFiles: [output])
    ]
  }
}
