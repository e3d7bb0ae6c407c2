package dev.keywright.inventory;

import java.util.Map;

/**
 * One change, as the journal tells it.
 *
 * @param position in the journal of its cell; begins with the milliseconds of the server
 * @param id of the reservation, restock, adjustment or move
 * @param units by product; negative where an adjustment took them away
 */
public record JournalEntry(String position, Event event, String id, Map<String, Long> units) {

    /** What happened to the units. */
    public enum Event {
        /** From free to held. */
        RESERVE,
        /** From held to sold. */
        CONFIRM,
        /** From held to free, or nothing when the id never began. */
        CANCEL,
        /** From held to free, as the hold was over. */
        EXPIRE,
        /** Nothing: the hold was over, and less was held than it says; something else has written there. */
        MISSED,
        /** From free to sold: confirmed after its hold was over. */
        LATE,
        /** To free, or away from it: a restock or an adjustment. */
        ADJUST,
        /** From free in this cell to another cell. */
        OUT,
        /** From another cell to free in this one. */
        IN
    }

    public JournalEntry {
        units = Map.copyOf(units);
    }
}
