package dev.keywright.expert.design;

import java.util.List;
import java.util.Optional;

/**
 * What a cache does beyond keeping values, in the terms of the library's caches.
 *
 * @param ttlSeconds the greatest age; the library shortens it for each entry at random, so that not all end together
 * @param absentSeconds how long it is remembered that there is no value
 * @param refreshSeconds a value that is read so shortly before its end is loaded anew in the background; 0 for not at all
 * @param staleSeconds how much longer a value is kept, to be shown when the source fails; 0 for not at all
 * @param loadSeconds after so long a load counts as dead
 * @param copies what each process keeps in its own memory, where it does
 * @param backlog most changes that wait for the database, where they do
 * @param why what decided it
 */
public record CachePlan(
        double ttlSeconds,
        double absentSeconds,
        double refreshSeconds,
        double staleSeconds,
        double loadSeconds,
        Optional<Copies> copies,
        Optional<Integer> backlog,
        List<Reason> why) {

    /**
     * Copies in the memory of a process.
     *
     * @param broadcast every process hears of every change, and the server remembers nothing; else it remembers who read what
     */
    public record Copies(int entries, long bytes, boolean broadcast) {}
}
