package dev.keywright.expert.design;

import java.util.Locale;

/** Something the reader must know before building: which rule says so, how bad it is, what to do. */
public record Warning(String id, Severity severity, String statement, String fix) {

    /** How bad it is. */
    public enum Severity {
        /** Two things asked for cannot both hold; comes first. */
        CONFLICT,
        /** Goes wrong under some condition. */
        CAUTION,
        /** Good to know. */
        INFO;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
