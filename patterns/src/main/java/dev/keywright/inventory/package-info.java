/** Units of products that are reserved, sold and given back without ever selling one twice; see {@link dev.keywright.inventory.Inventory}. */
package dev.keywright.inventory;
