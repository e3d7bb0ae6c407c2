package dev.keywright.script;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a script or function takes, as its header says, and the check of a call against it. Immutable. */
final class Signature {

    /** Comments, and texts in brackets and quotes. */
    private static final Pattern NO_CODE = Pattern.compile(
            "--\\[(=*)\\[.*?]\\1]|--[^\n]*|\\[(=*)\\[.*?]\\2]|\"(?:[^\"\\\\\n]|\\\\.)*+\"|'(?:[^'\\\\\n]|\\\\.)*+'",
            Pattern.DOTALL);

    private static final BigDecimal NANOS_IN_MICRO = BigDecimal.valueOf(1_000);
    private static final BigDecimal NANOS_IN_MILLI = BigDecimal.valueOf(1_000_000);
    private static final BigDecimal NANOS_IN_SECOND = BigDecimal.valueOf(1_000_000_000);

    private final String name;
    private final List<ScriptHeader.Parameter> keys;
    private final List<ScriptHeader.Parameter> arguments;
    private final List<ArgumentKind> kinds;

    private Signature(String name, ScriptHeader header) {
        this.name = name;
        this.keys = header.keys();
        this.arguments = header.arguments();
        this.kinds = arguments.stream()
                .map(argument -> ArgumentKind.of(argument.text()))
                .toList();
    }

    /** @throws KeywrightException.Misused when the header does not say enough, or not what the code does */
    static Signature of(String name, ScriptHeader header, String code) {
        List<String> problems = new ArrayList<>();
        if (!header.isFormal()) {
            problems.add("it has no header with lines KEYS, ARGV and REPLY");
        } else {
            List.of("KEYS", "ARGV", "REPLY").stream()
                    .filter(word -> header.word(word).isEmpty())
                    .forEach(word -> problems.add("its header has no line " + word));
            String bare = NO_CODE.matcher(code).replaceAll(" ");
            problems.addAll(gaps("KEYS", header.keys(), bare));
            problems.addAll(gaps("ARGV", header.arguments(), bare));
        }
        if (!problems.isEmpty()) {
            throw new KeywrightException.Misused(
                    name + " cannot be used: " + String.join("; ", problems) + ". Correct its header.");
        }
        return new Signature(name, header);
    }

    private static List<String> gaps(String table, List<ScriptHeader.Parameter> declared, String code) {
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < declared.size(); i++) {
            if (declared.get(i).place() != i + 1) {
                problems.add("its header declares " + table + " "
                        + declared.get(i).place() + " where " + (i + 1) + " comes next");
                return problems;
            }
        }
        Matcher matcher = Pattern.compile(table + "\\[(\\d{1,4})]").matcher(code);
        new TreeSet<>(matcher.results()
                        .map(use -> Integer.valueOf(use.group(1)))
                        .toList())
                .stream()
                        .filter(place -> declared.stream().noneMatch(each -> each.covers(place)))
                        .forEach(place -> problems.add(
                                "it uses " + table + "[" + place + "], which its header does not declare"));
        return problems;
    }

    /** The keys as they travel. */
    byte[][] keys(byte[][] given) {
        boolean open = !keys.isEmpty() && keys.get(keys.size() - 1).isRest();
        int least = open ? keys.size() - 1 : keys.size();
        if (given.length < least || !open && given.length > keys.size()) {
            throw misused("takes " + (open ? "at least " : "") + counted(least, "key") + names(keys) + " and got "
                    + given.length + ". Give one for each that its header declares.");
        }
        for (int i = 1; i < given.length; i++) {
            if (HashSlot.of(given[i]) != HashSlot.of(given[0])) {
                throw misused("got keys of several hash slots: KEYS[1] and KEYS[" + (i + 1)
                        + "] do not share one, and a Cluster refuses that. Put what they have in common into braces,"
                        + " as in {order:7}:items and {order:7}:total.");
            }
        }
        return given;
    }

    /** The arguments as they travel. */
    byte[][] arguments(Object... given) {
        boolean open =
                !arguments.isEmpty() && arguments.get(arguments.size() - 1).isRest();
        int declared = open ? arguments.size() - 1 : arguments.size();
        int least = IntStream.range(0, declared)
                .filter(i -> !kinds.get(i).isOptional())
                .map(i -> i + 1)
                .max()
                .orElse(0);
        if (given.length < least || !open && given.length > declared) {
            String wanted = open || least < declared ? "at least " + least : String.valueOf(least);
            throw misused("takes " + wanted + " arguments" + names(arguments) + " and got " + given.length
                    + ". Give one for each that its header declares.");
        }
        byte[][] written = new byte[given.length][];
        for (int i = 0; i < given.length; i++) {
            int which = Math.min(i, arguments.size() - 1);
            written[i] = written(i + 1, arguments.get(which).name(), kinds.get(which), given[i]);
        }
        return written;
    }

    private byte[] written(int place, String called, ArgumentKind kind, Object value) {
        String where = "got an ARGV[" + place + "] (" + called + ") that ";
        if (value instanceof byte[] bytes) {
            return checked(where, kind, bytes);
        }
        String text = text(kind, value)
                .orElseThrow(() -> misused(where + "is a " + simpleName(value)
                        + ". Give a whole number, a BigDecimal, a text, bytes, a boolean, or a Duration where the"
                        + " header says a time."));
        Optional<String> objection = kind.objection(text);
        if (objection.isPresent()) {
            throw misused(where + objection.get() + ". Its header says: " + kind + ".");
        }
        return text.getBytes(UTF_8);
    }

    private byte[] checked(String where, ArgumentKind kind, byte[] bytes) {
        Optional<String> objection = switch (kind.sort()) {
            case ANY, BYTES -> kind.objection(bytes.length);
            case TEXT -> decoded(bytes).isPresent() ? kind.objection(bytes.length) : Optional.of("is no text in UTF-8");
            default -> decoded(bytes).map(kind::objection).orElse(Optional.of("is not " + kind.sort()));
        };
        if (objection.isPresent()) {
            throw misused(where + objection.get() + ". Its header says: " + kind + ".");
        }
        return bytes.clone();
    }

    private static Optional<String> decoded(byte[] bytes) {
        try {
            return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException noText) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(ArgumentKind kind, Object value) {
        if (value instanceof CharSequence text) {
            return Optional.of(text.toString());
        } else if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte
                || value instanceof BigInteger) {
            return Optional.of(value.toString());
        } else if (value instanceof BigDecimal number) {
            return Optional.of(number.toPlainString());
        } else if (value instanceof Double number && Double.isFinite(number)) {
            return Optional.of(new BigDecimal(number.toString()).toPlainString());
        } else if (value instanceof Boolean flag) {
            return Optional.of(flag ? "1" : "0");
        } else if (value instanceof Duration time && kind.sort().isTime()) {
            return Optional.of(inUnits(kind.sort(), time));
        }
        return Optional.empty();
    }

    /** A time that does not come out even keeps its fraction, and is refused for it. */
    private static String inUnits(ArgumentKind.Sort sort, Duration time) {
        BigDecimal nanos =
                BigDecimal.valueOf(time.getSeconds()).multiply(NANOS_IN_SECOND).add(BigDecimal.valueOf(time.getNano()));
        BigDecimal unit = sort == ArgumentKind.Sort.SECONDS
                ? NANOS_IN_SECOND
                : sort == ArgumentKind.Sort.MILLISECONDS ? NANOS_IN_MILLI : NANOS_IN_MICRO;
        BigDecimal value = nanos.divide(unit).stripTrailingZeros();
        return value.toPlainString();
    }

    /** The value itself may be secret. */
    private static String simpleName(Object value) {
        return value == null ? "null" : value.getClass().getSimpleName();
    }

    private static String counted(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private static String names(List<ScriptHeader.Parameter> parameters) {
        return parameters.isEmpty()
                ? ""
                : parameters.stream()
                        .map(parameter -> parameter.isRest() ? parameter.name() + "..." : parameter.name())
                        .collect(Collectors.joining(", ", " (", ")"));
    }

    private KeywrightException.Misused misused(String what) {
        return new KeywrightException.Misused(name + " " + what);
    }

    @Override
    public String toString() {
        return name;
    }
}
