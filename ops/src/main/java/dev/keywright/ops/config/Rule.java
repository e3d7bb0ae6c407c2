package dev.keywright.ops.config;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Finding.Place;
import dev.keywright.ops.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One thing to look for.
 *
 * @param id in kebab case, stable
 * @param severity how bad it is
 * @param reads what it needs to see
 * @param finds what it finds, in a few words, for the table of rules
 * @param why what follows from it
 * @param check looks
 */
record Rule(String id, Severity severity, Reads reads, String finds, String why, Check check) {

    /** What a rule needs to see. */
    enum Reads {
        /** The lines of a conf file. */
        LINES("file"),
        /** Settings, of a file or of a running server. */
        SETTINGS("file, server"),
        /** Settings of a running server, or of a file for this machine, and the machine. */
        MACHINE("machine"),
        /** Users, of a file or of a running server. */
        USERS("file, server"),
        /** The file of a Sentinel. */
        SENTINEL("Sentinel file"),
        /** What a running server tells of itself. */
        INFO("server"),
        /** A running Sentinel and what it watches. */
        WATCH("Sentinel"),
        /** All nodes of a cluster or a replicated server. */
        NODES("all nodes"),
        /** All nodes, or all files of a deployment. */
        GROUP("all nodes, several files"),
        /** All files of a deployment. */
        FILES("several files");

        private final String spoken;

        Reads(String spoken) {
            this.spoken = spoken;
        }

        String spoken() {
            return spoken;
        }
    }

    /** Looks at a subject and tells what it finds. */
    interface Check {
        void look(Subject subject, Found found);
    }

    /** A finding with what would mend it. */
    record Hit(Finding finding, Optional<Edit> edit) {}

    /** Takes what a rule finds. */
    static final class Found {

        private final Rule rule;
        private final List<Hit> hits = new ArrayList<>();

        private Found(Rule rule) {
            this.rule = rule;
        }

        void add(Place place, String what, String fix) {
            add(rule.severity, place, what, fix, Optional.empty());
        }

        void add(Severity severity, Place place, String what, String fix) {
            add(severity, place, what, fix, Optional.empty());
        }

        void add(Place place, String what, String fix, Edit edit) {
            add(rule.severity, place, what, fix, Optional.of(edit));
        }

        void add(Severity severity, Place place, String what, String fix, Optional<Edit> edit) {
            hits.add(new Hit(new Finding(rule.id, severity, what, rule.why, fix, place), edit));
        }
    }

    List<Hit> hits(Subject subject) {
        Found found = new Found(this);
        check.look(subject, found);
        return found.hits;
    }
}
