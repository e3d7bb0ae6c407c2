package dev.keywright.server;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place in a topology that a process takes.
 *
 * @param index data nodes first, then Sentinels
 * @param port where the others and clients reach it
 * @param folder of its data; null: a temporary one
 * @param kept the configuration an earlier start left in the folder; empty at the first
 */
record Seat(int index, boolean sentinel, int port, @Nullable Path folder, List<String> kept) {

    Seat {
        kept = List.copyOf(kept);
    }

    static String folderName(boolean sentinel, int port) {
        return (sentinel ? "sentinel-" : "node-") + port;
    }

    /** The lines of before that begin with the word. */
    List<String> kept(String word) {
        return kept.stream().filter(line -> line.startsWith(word + " ")).toList();
    }
}
