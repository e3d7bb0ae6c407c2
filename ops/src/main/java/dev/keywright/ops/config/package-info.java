/**
 * Configuration of Redis and Valkey: the directives as data, conf files as the server reads them, and the rules that find what is
 * wrong or risky in a file or in a running server. {@link dev.keywright.ops.config.Linter} is where to begin.
 */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops.config;
