package dev.keywright.ops.scan;

/** What an error reply means for a scan. */
enum Refusal {
    /** The user may not run the command, or the server does not know it. */
    COMMAND,
    /** The user may not read this key. */
    KEY,
    /** The key's slot is on the move. */
    MOVED,
    /** The key has another type by now, or is gone. */
    GONE,
    /** Idle times are kept and uses are not, or the other way round. */
    POLICY,
    /** The server cannot serve just now. */
    UNREADY;

    static Refusal of(String error) {
        int space = error.indexOf(' ');
        return switch (space < 0 ? error : error.substring(0, space)) {
            case "MOVED", "ASK" -> MOVED;
            case "WRONGTYPE" -> GONE;
            case "LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOMASTERLINK" -> UNREADY;
            case "NOPERM" -> error.contains("key") && !error.contains("run the") ? KEY : COMMAND;
            default -> error.contains("no such key") ? GONE : error.contains("LFU") ? POLICY : COMMAND;
        };
    }
}
