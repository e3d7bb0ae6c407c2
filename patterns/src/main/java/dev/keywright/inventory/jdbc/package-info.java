/** Comparing an inventory with the books in a database; see {@link dev.keywright.inventory.jdbc.Reconciliation}. */
package dev.keywright.inventory.jdbc;
