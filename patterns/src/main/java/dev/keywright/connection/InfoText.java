package dev.keywright.connection;

import java.util.HashMap;
import java.util.Map;

/** Fields of an {@code INFO} answer, or of one line of it. */
record InfoText(Map<String, String> fields) {

    static InfoText of(Reply reply, String where) {
        return parse(reply.orThrow(where).text(), "\r?\n", ':');
    }

    static InfoText parse(String text, String between, char separator) {
        Map<String, String> fields = new HashMap<>();
        for (String field : text.split(between)) {
            int at = field.indexOf(separator);
            if (at > 0) {
                fields.put(field.substring(0, at), field.substring(at + 1).strip());
            }
        }
        return new InfoText(fields);
    }

    boolean has(String field) {
        return fields.containsKey(field);
    }

    /** Empty when there is no such field. */
    String text(String field) {
        return fields.getOrDefault(field, "");
    }

    /** {@code standalone}, {@code cluster} or {@code sentinel}; Valkey has a name of its own for the field. */
    String mode() {
        return has("server_mode") ? text("server_mode") : text("redis_mode");
    }

    /** 0 when there is no such field, or no number in it. */
    long number(String field) {
        try {
            return Long.parseLong(text(field));
        } catch (NumberFormatException absent) {
            return 0;
        }
    }
}
