/**
 * Redis behind one narrow port: {@link dev.keywright.connection.Connection}. The only package that knows the client
 * library under it; patterns see {@link dev.keywright.connection.Command} and {@link dev.keywright.connection.Reply}.
 */
package dev.keywright.connection;
