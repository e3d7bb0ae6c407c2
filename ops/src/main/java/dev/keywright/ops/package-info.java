/** What all operations on Redis servers share: findings, documents and the way they fail. */
@org.jspecify.annotations.NullMarked
package dev.keywright.ops;
