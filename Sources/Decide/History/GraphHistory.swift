/// Every graph version that was ever released, so that its records can be told again.
///
/// A version is frozen by `make graph`, which writes `GraphV<n>.swift` from the executable graph. A file of a released version is
/// never changed: change the graph, count `Graph.version` up, run `make graph`, and add the new version to this list.
public enum GraphHistory {
  public static let versions: [FrozenGraph] = [v1, v2, v3]
}
