package dev.keywright.ops.hot;

import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * What INFO counts at one moment.
 *
 * @param bytes in and out
 */
record Meter(long nanos, long commands, long bytes) {

    static Meter read(Wire wire) throws IOException {
        Map<String, String> info = info(wire, "stats");
        return new Meter(
                System.nanoTime(),
                number(info, "total_commands_processed"),
                number(info, "total_net_input_bytes") + number(info, "total_net_output_bytes"));
    }

    /** Empty where INFO is not allowed. */
    static Map<String, String> info(Wire wire, String section) throws IOException {
        Map<String, String> fields = new HashMap<>();
        wire.call("INFO", section)
                .text()
                .lines()
                .filter(line -> line.indexOf(':') > 0)
                .forEach(line -> {
                    int colon = line.indexOf(':');
                    fields.put(
                            line.substring(0, colon), line.substring(colon + 1).strip());
                });
        return fields;
    }

    private static long number(Map<String, String> info, String field) {
        return Long.parseLong(info.getOrDefault(field, "0"));
    }

    double seconds(Meter later) {
        return Math.max(1e-3, (later.nanos - nanos) / 1e9);
    }

    double commandsPerSecond(Meter later) {
        return (later.commands - commands) / seconds(later);
    }

    /** Of the requests and replies until then; 0 when nothing ran. */
    double bytesPerCommand(Meter later) {
        return later.commands == commands ? 0 : (later.bytes - bytes) / (double) (later.commands - commands);
    }
}
