/** Real Redis servers as Java objects: found or unpacked, started on loopback, ended with the JVM that started them. */
package dev.keywright.server;
