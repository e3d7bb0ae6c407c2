package dev.keywright.ops.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the words behind a directive must be for the server to accept them. The data name a kind by a word, such as {@code bool},
 * {@code int 0..65535} or {@code enum a|b}.
 */
sealed interface ValueKind {

    /** What is wrong with the words, in one sentence; empty when the server accepts them. */
    Optional<String> complaint(List<String> words);

    /** What would be right, for people. */
    String wanted();

    static ValueKind of(String text) {
        int blank = text.indexOf(' ');
        String name = blank < 0 ? text : text.substring(0, blank);
        String rest = blank < 0 ? "" : text.substring(blank + 1);
        return switch (name) {
            case "bool" -> new Choice(List.of("yes", "no"));
            case "enum" -> new Choice(List.of(rest.split("\\|")));
            case "flags" -> new Flags(List.of(rest.split("\\|")));
            case "int", "uint", "long" -> Whole.in(rest, false);
            case "memory" -> Whole.in(rest, true);
            case "ulong-memory" -> new Whole(0, -1, true);
            case "memory-percent" -> new MemoryOrPercent();
            case "octal" -> new Octal(0, 511);
            default -> new Special(Form.valueOf(name.toUpperCase(Locale.ROOT).replace("!", "_GIVEN")));
        };
    }

    private static Optional<String> single(List<String> words) {
        return words.size() == 1
                ? Optional.empty()
                : Optional.of(
                        words.isEmpty()
                                ? "the value is missing"
                                : words.size()
                                        + " values are given and only one is allowed; quote a value that holds blanks");
    }

    /** One of some words, small and capital letters alike. */
    record Choice(List<String> values) implements ValueKind {
        @Override
        public Optional<String> complaint(List<String> words) {
            return single(words)
                    .or(() -> values.stream().anyMatch(words.get(0)::equalsIgnoreCase)
                            ? Optional.empty()
                            : Optional.of("\"" + words.get(0) + "\" is none of " + wanted()));
        }

        @Override
        public String wanted() {
            return String.join(", ", values);
        }
    }

    /** One or more of some words; the first one stands alone. */
    record Flags(List<String> values) implements ValueKind {
        @Override
        public Optional<String> complaint(List<String> words) {
            if (words.isEmpty()) {
                return Optional.of("the value is missing");
            }
            List<String> given =
                    words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
            Optional<String> unknown =
                    given.stream().filter(word -> !values.contains(word)).findFirst();
            if (unknown.isPresent()) {
                return Optional.of("\"" + unknown.get() + "\" is none of " + wanted());
            }
            return given.contains("save") && given.contains("nosave")
                    ? Optional.of("save and nosave exclude each other")
                    : Optional.empty();
        }

        @Override
        public String wanted() {
            return String.join(", ", values);
        }
    }

    /** A whole number or an amount of memory; {@code max} is unsigned where {@code min} is not negative. */
    record Whole(long min, long max, boolean memory) implements ValueKind {

        static Whole in(String range, boolean memory) {
            int dots = range.indexOf("..");
            String first = range.substring(0, dots);
            String last = range.substring(dots + 2);
            return new Whole(
                    first.isEmpty() ? Long.MIN_VALUE : Long.parseLong(first),
                    last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last),
                    memory);
        }

        @Override
        public Optional<String> complaint(List<String> words) {
            Optional<String> wrong = single(words);
            if (wrong.isPresent()) {
                return wrong;
            }
            OptionalLong number = memory ? Numbers.memory(words.get(0)) : Numbers.whole(words.get(0));
            if (number.isEmpty()) {
                return Optional.of("\"" + words.get(0) + "\" is no "
                        + (memory ? "amount of memory; units are b, k, kb, m, mb, g and gb" : "whole number"));
            }
            return holds(number.getAsLong())
                    ? Optional.empty()
                    : Optional.of("\"" + words.get(0) + "\" is not " + wanted());
        }

        private boolean holds(long value) {
            return max == -1 ? true : value >= min && value <= max;
        }

        @Override
        public String wanted() {
            String what = memory ? "an amount of memory" : "a whole number";
            if (max == -1 || max == Long.MAX_VALUE) {
                return min == Long.MIN_VALUE ? what : what + " from " + Math.max(min, memory ? 0 : min);
            }
            return what + " from " + min + " to " + max;
        }
    }

    /** An amount of memory, or a share such as {@code 5%} of maxmemory. */
    record MemoryOrPercent() implements ValueKind {
        private static final int WHOLE = 100;

        @Override
        public Optional<String> complaint(List<String> words) {
            Optional<String> wrong = single(words);
            if (wrong.isPresent()) {
                return wrong;
            }
            String word = words.get(0);
            OptionalLong bytes = Numbers.memory(word);
            if (bytes.isPresent()) {
                return Optional.empty();
            }
            OptionalLong percent = word.length() > 1 && word.endsWith("%")
                    ? Numbers.whole(word.substring(0, word.length() - 1))
                    : OptionalLong.empty();
            boolean fits = percent.isPresent() && percent.getAsLong() >= 0 && percent.getAsLong() <= WHOLE;
            return fits ? Optional.empty() : Optional.of("\"" + word + "\" is not " + wanted());
        }

        @Override
        public String wanted() {
            return "an amount of memory or 0% to 100%";
        }
    }

    /** Permissions in octal. */
    record Octal(long min, long max) implements ValueKind {
        @Override
        public Optional<String> complaint(List<String> words) {
            return single(words).or(() -> {
                String word = words.get(0).stripLeading();
                boolean fits = word.matches("[+-]?0*[0-7]{1,4}") && inside(word);
                return fits ? Optional.empty() : Optional.of("\"" + words.get(0) + "\" is not " + wanted());
            });
        }

        private boolean inside(String word) {
            long value = Long.parseLong(word, 8);
            return value >= min && value <= max;
        }

        @Override
        public String wanted() {
            return "an octal number up to " + Long.toString(max, 8);
        }
    }

    /** The forms that only one or two directives have. */
    enum Form {
        STRING,
        PATH,
        DIR,
        FILENAME,
        FILENAME_GIVEN,
        HOSTNAME,
        TITLE,
        SAVE,
        BUFFERS,
        OOM,
        EVENTS,
        BIND,
        REPLICAOF,
        PERCENTILES,
        MODULE,
        RENAME,
        USER,
        SENTINEL,
        IGNORED
    }

    /** A value of a form of its own. */
    record Special(Form form) implements ValueKind {

        private static final int HOST_LENGTH = 256;
        private static final Pattern NO_ADDRESS = Pattern.compile("#.*|.*[,;/\\[\\]].*|[\\d.]+:\\d+");
        private static final int MOST_ADDRESSES = 16;
        private static final int OOM_VALUES = 3;
        private static final int OOM_LIMIT = 2000;
        private static final int LAST_PORT = 65_535;
        private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^}]*)}");
        private static final List<String> PLACEHOLDERS =
                List.of("title", "listen-addr", "server-mode", "port", "tls-port", "unixsocket", "config-file");
        private static final List<String> CLASSES = List.of("normal", "slave", "replica", "pubsub");

        @Override
        public Optional<String> complaint(List<String> words) {
            return switch (form) {
                case STRING, PATH, DIR -> single(words);
                case FILENAME -> single(words).or(() -> slash(words.get(0)));
                case FILENAME_GIVEN ->
                    single(words)
                            .or(() -> words.get(0).isEmpty() ? Optional.of("the name is empty") : slash(words.get(0)));
                case HOSTNAME -> single(words).or(() -> hostname(words.get(0)));
                case TITLE -> single(words).or(() -> title(words.get(0)));
                case SAVE -> save(words);
                case BUFFERS -> buffers(words);
                case OOM -> oom(words);
                case EVENTS -> single(words).or(() -> events(words.get(0)));
                case BIND -> bind(words);
                case REPLICAOF -> replicaOf(words);
                case PERCENTILES -> percentiles(words);
                case MODULE, USER -> words.isEmpty() ? Optional.of("the name is missing") : Optional.empty();
                case RENAME ->
                    words.size() == 2
                            ? Optional.empty()
                            : Optional.of("the command and its new name are needed, and nothing more");
                case IGNORED -> single(words);
                case SENTINEL -> Optional.empty();
            };
        }

        private static Optional<String> slash(String name) {
            return name.contains("/") || name.contains("\\")
                    ? Optional.of("\"" + name + "\" is a path and only a file name is allowed; the folder is dir")
                    : Optional.empty();
        }

        private static Optional<String> hostname(String name) {
            return name.length() < HOST_LENGTH && name.matches("[A-Za-z0-9.-]*")
                    ? Optional.empty()
                    : Optional.of("a name of a host has letters, digits, hyphens and dots, fewer than " + HOST_LENGTH);
        }

        private static Optional<String> title(String template) {
            Matcher places = PLACEHOLDER.matcher(template);
            while (places.find()) {
                if (!PLACEHOLDERS.contains(places.group(1))) {
                    return Optional.of(
                            "{" + places.group(1) + "} is none of {" + String.join("}, {", PLACEHOLDERS) + "}");
                }
            }
            return places.replaceAll("").contains("{") ? Optional.of("a { is not closed") : Optional.empty();
        }

        private static Optional<String> save(List<String> words) {
            if (words.isEmpty() || words.size() == 1 && words.get(0).isEmpty()) {
                return Optional.empty();
            }
            if (words.size() % 2 != 0) {
                return Optional.of("seconds and changes come in pairs, and here are " + words.size() + " words");
            }
            for (int i = 0; i < words.size(); i++) {
                OptionalLong number = Numbers.loose(words.get(i));
                if (number.isEmpty() || number.getAsLong() < 1 - i % 2) {
                    return Optional.of("\"" + words.get(i) + "\" is no number of "
                            + (i % 2 == 0 ? "seconds, 1 or more" : "changes, 0 or more"));
                }
            }
            return Optional.empty();
        }

        private static Optional<String> buffers(List<String> words) {
            if (words.size() % 4 != 0) {
                return Optional.of("a class, a hard limit, a soft limit and seconds are needed, and here are "
                        + words.size() + " words");
            }
            for (int i = 0; i < words.size(); i += 4) {
                if (CLASSES.stream().noneMatch(words.get(i)::equalsIgnoreCase)) {
                    return Optional.of("\"" + words.get(i) + "\" is none of the classes normal, replica and pubsub");
                }
                OptionalLong seconds = Numbers.loose(words.get(i + 3));
                if (Numbers.memory(words.get(i + 1)).isEmpty()
                        || Numbers.memory(words.get(i + 2)).isEmpty()
                        || seconds.isEmpty()
                        || seconds.getAsLong() < 0) {
                    return Optional.of("\"" + String.join(" ", words.subList(i + 1, i + 4))
                            + "\" is not a hard limit, a soft limit and seconds");
                }
            }
            return Optional.empty();
        }

        private static Optional<String> oom(List<String> words) {
            boolean fits = words.size() == OOM_VALUES
                    && words.stream()
                            .map(Numbers::loose)
                            .allMatch(number -> number.isPresent() && Math.abs(number.getAsLong()) <= OOM_LIMIT);
            return fits ? Optional.empty() : Optional.of("three numbers from -2000 to 2000 are needed");
        }

        private static Optional<String> events(String flags) {
            return flags.matches("[Ag$lshzxeKEtmdnocSTIV]*")
                    ? Optional.empty()
                    : Optional.of("\"" + flags + "\" has a letter that is no class of events");
        }

        private static Optional<String> bind(List<String> words) {
            Optional<String> wrong = words.stream()
                    .filter(word -> NO_ADDRESS.matcher(word).matches())
                    .findFirst();
            return words.size() > MOST_ADDRESSES
                    ? Optional.of("more than " + MOST_ADDRESSES + " addresses are given")
                    : wrong.map(
                            word -> "\"" + word + "\" is no address; blanks separate addresses, and neither port nor"
                                    + " network belongs to them");
        }

        private static Optional<String> replicaOf(List<String> words) {
            if (words.size() != 2) {
                return Optional.of("host and port of the master are needed, and nothing more");
            }
            if (words.get(0).equalsIgnoreCase("no") && words.get(1).equalsIgnoreCase("one")) {
                return Optional.empty();
            }
            OptionalLong port = Numbers.loose(words.get(1));
            return port.isPresent() && port.getAsLong() >= 0 && port.getAsLong() <= LAST_PORT
                    ? Optional.empty()
                    : Optional.of("\"" + words.get(1) + "\" is no port");
        }

        private static Optional<String> percentiles(List<String> words) {
            if (words.size() == 1 && words.get(0).isEmpty()) {
                return Optional.empty();
            }
            return words.stream()
                    .filter(word -> !word.matches("[+]?(\\d+\\.?\\d*|\\.\\d+)") || Double.parseDouble(word) > 100)
                    .findFirst()
                    .map(word -> "\"" + word + "\" is no percentile from 0 to 100");
        }

        @Override
        public String wanted() {
            return switch (form) {
                case STRING, TITLE -> "a text";
                case PATH, DIR -> "a path";
                case FILENAME, FILENAME_GIVEN -> "a file name";
                case HOSTNAME -> "a name of a host";
                case SAVE -> "pairs of seconds and changes, or \"\"";
                case BUFFERS -> "class, hard limit, soft limit and seconds";
                case OOM -> "three numbers from -2000 to 2000";
                case EVENTS -> "letters of the classes of events";
                case BIND -> "addresses";
                case REPLICAOF -> "host and port";
                case PERCENTILES -> "numbers from 0 to 100";
                case MODULE -> "a path and arguments";
                case RENAME -> "a command and its new name";
                case USER -> "a name and rules";
                case SENTINEL -> "a directive of Sentinel";
                case IGNORED -> "anything";
            };
        }
    }
}
