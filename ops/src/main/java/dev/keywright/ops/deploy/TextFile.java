package dev.keywright.ops.deploy;

/**
 * A file to be written.
 *
 * @param path below the folder of the deployment, with {@code /}; one that ends in {@code .sh} may be executed
 */
public record TextFile(String path, String text) {}
