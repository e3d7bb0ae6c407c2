package dev.keywright.ops.config;

import dev.keywright.ops.Finding.Place;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A user as rules define it, from a {@code user} line or ACL LIST.
 *
 * @param rules in the order they are applied
 */
record User(String name, List<String> rules, Place place) {

    private static final Set<String> PLAIN = Set.of(
            "on",
            "off",
            "nopass",
            "resetpass",
            "reset",
            "resetkeys",
            "resetchannels",
            "allkeys",
            "allchannels",
            "allcommands",
            "nocommands",
            "clearselectors",
            "sanitize-payload",
            "skip-sanitize-payload");
    private static final Set<String> CATEGORIES = Set.of(
            "keyspace",
            "read",
            "write",
            "set",
            "sortedset",
            "list",
            "hash",
            "string",
            "bitmap",
            "hyperloglog",
            "geo",
            "stream",
            "pubsub",
            "admin",
            "fast",
            "slow",
            "blocking",
            "dangerous",
            "connection",
            "transaction",
            "scripting",
            "all");
    private static final Set<String> OF_MODULES =
            Set.of("search", "json", "timeseries", "bloom", "cuckoo", "cms", "topk", "tdigest", "vectorset");
    private static final int HASH_LENGTH = 64;

    /** What is wrong with the rules; empty when a server of that release accepts them. */
    Optional<String> complaint(Release release) {
        if (name.chars().anyMatch(c -> Words.isBlank((char) c))) {
            return Optional.of("the name of a user holds a blank");
        }
        if (name.isEmpty()) {
            return Optional.of("the name is empty; one blank stands behind user");
        }
        int depth = 0;
        for (int i = 0; i < rules.size(); i++) {
            String rule = rules.get(i);
            depth += rule.startsWith("(") && depth == 0 ? 1 : 0;
            String inner = depth > 0 ? rule.replaceAll("^\\(|\\)$", "") : rule;
            boolean closes = depth > 0 && rule.endsWith(")");
            if (!inner.isEmpty() && !isRule(inner, release)) {
                boolean maybeSecret = i > 0 && rules.get(i - 1).startsWith(">");
                return Optional.of("rule " + (i + 1)
                        + (maybeSecret ? ", behind a password, which holds no blanks," : secretless(rule))
                        + " is none");
            }
            depth -= closes ? 1 : 0;
        }
        return depth > 0 ? Optional.of("a ( is not closed") : Optional.empty();
    }

    /** Passwords and hashes are not repeated. */
    private static String secretless(String rule) {
        return "><#!".indexOf(rule.charAt(0)) >= 0 ? " (a password or hash)" : " (" + rule + ")";
    }

    private static boolean isRule(String rule, Release release) {
        char first = rule.charAt(0);
        String rest = rule.substring(1);
        return switch (first) {
            case '>' -> true;
            case '<' -> true;
            case '#', '!' -> rest.length() == HASH_LENGTH && rest.matches("[0-9a-f]+");
            case '~', '&' -> true;
            case '%' -> rest.matches("(?i)(R|W|RW|WR)~.*");
            case '+', '-' -> rest.startsWith("@") ? isCategory(rest.substring(1), release) : isCommand(rule, release);
            default -> PLAIN.contains(rule.toLowerCase(Locale.ROOT));
        };
    }

    /** Newer servers have the same categories, and those of modules; what is but for a letter a known one is a slip. */
    private static boolean isCategory(String name, Release release) {
        String category = name.toLowerCase(Locale.ROOT);
        return CATEGORIES.contains(category)
                || !release.toString().equals("redis-7.0")
                        && (OF_MODULES.contains(category)
                                || Directives.nearest(category, CATEGORIES.stream())
                                        .isEmpty());
    }

    /** Newer servers have more commands. */
    private static boolean isCommand(String rule, Release release) {
        String name = rule.substring(1);
        boolean known = rule.charAt(0) == '+' ? Commands.canBeAllowed(name) : Commands.known(name);
        return !name.isEmpty() && (known || !release.toString().equals("redis-7.0"));
    }

    private boolean last(String yes, String no, boolean atFirst) {
        boolean state = atFirst;
        for (String rule : rules) {
            String lower = rule.toLowerCase(Locale.ROOT);
            state = lower.equals(yes) || (state && !lower.equals(no) && !lower.equals("reset"));
        }
        return state;
    }

    boolean isOn() {
        return last("on", "off", name.equals("default"));
    }

    /** Whether a client can become this user, so far as the rules tell. */
    boolean canLogIn() {
        return isOn()
                && (needsNoPassword() || rules.stream().anyMatch(rule -> rule.startsWith(">") || rule.startsWith("#")));
    }

    /** A password takes {@code nopass} away again. */
    boolean needsNoPassword() {
        boolean open = name.equals("default");
        for (String rule : rules) {
            String lower = rule.toLowerCase(Locale.ROOT);
            boolean closes =
                    lower.equals("resetpass") || lower.equals("reset") || rule.startsWith(">") || rule.startsWith("#");
            open = lower.equals("nopass") || open && !closes;
        }
        return open;
    }

    /** Passwords in clear text, as a file may hold them. Never to be shown. */
    List<String> passwords() {
        return rules.stream()
                .filter(rule -> rule.startsWith(">"))
                .map(rule -> rule.substring(1))
                .toList();
    }

    /** Whether it may call every command, or the dangerous ones. */
    boolean mayDoAnything() {
        boolean all = name.equals("default");
        for (String rule : rules) {
            String lower = rule.toLowerCase(Locale.ROOT);
            if (lower.equals("allcommands")
                    || lower.equals("+@all")
                    || lower.equals("+@admin")
                    || lower.equals("+@dangerous")) {
                all = true;
            } else if (lower.equals("nocommands")
                    || lower.equals("-@all")
                    || lower.equals("reset")
                    || lower.equals("-@admin")
                    || lower.equals("-@dangerous")) {
                all = false;
            }
        }
        return all;
    }

    /** Whether commands on data and keys for them go together. */
    boolean reachesData() {
        boolean commands = rules.stream()
                .map(rule -> rule.toLowerCase(Locale.ROOT))
                .anyMatch(rule -> rule.matches("allcommands|\\+@(all|read|write|dangerous|admin)"));
        return commands && rules.stream().anyMatch(rule -> rule.matches("(?i)allkeys|~.*|%r?w?~.*"));
    }

    boolean seesEveryKey() {
        return last("~*", "resetkeys", name.equals("default")) || last("allkeys", "resetkeys", false);
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
        return name;
    }
}
