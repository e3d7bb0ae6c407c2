package dev.keywright.ops.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A directive behind the word sentinel.
 *
 * @param words the form of its arguments
 * @param alias another name
 * @param defaultValue what holds without it
 * @param meaning what it does
 * @param adds may stand several times for one master
 * @param own written by Sentinel itself
 */
record SentinelDirective(
        String name,
        List<String> words,
        Optional<String> alias,
        Optional<String> defaultValue,
        String meaning,
        boolean adds,
        boolean own) {

    private static final int LAST_PORT = 65_535;
    private static final int ID_LENGTH = 40;

    static SentinelDirective of(String name, Map<String, Object> row) {
        String words =
                Directives.text(row, "words").orElseThrow(() -> new IllegalStateException(name + " has no words"));
        return new SentinelDirective(
                name,
                List.of(words.replaceAll("int (\\S+)", "int:$1").split(" ")),
                Directives.text(row, "alias"),
                Directives.text(row, "default"),
                Directives.text(row, "meaning").orElseThrow(),
                row.containsKey("more"),
                row.containsKey("own"));
    }

    /** Whether it says something of one master, whose name comes first. */
    boolean isOfMaster() {
        return words.get(0).equals("name");
    }

    /** What is wrong with the arguments; empty when Sentinel accepts them. */
    Optional<String> complaint(List<String> arguments) {
        long needed = words.stream().filter(word -> !word.startsWith("[")).count();
        if (arguments.size() < needed || arguments.size() > words.size()) {
            return Optional.of(name + " needs " + spoken());
        }
        for (int i = 0; i < arguments.size(); i++) {
            Optional<String> wrong = complaint(words.get(i), arguments.get(i));
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> complaint(String form, String word) {
        OptionalLong number = Numbers.loose(word.isEmpty() ? word : digits(word));
        boolean fits = switch (form.replaceAll(":.*", "")) {
            case "port" -> number.isPresent() && number.getAsLong() > 0 && number.getAsLong() <= LAST_PORT;
            case "int" -> number.isPresent() && number.getAsLong() >= least(form);
            case "id" -> word.length() == ID_LENGTH;
            case "yesno" -> word.equalsIgnoreCase("yes") || word.equalsIgnoreCase("no");
            default -> true;
        };
        return fits ? Optional.empty() : Optional.of("\"" + word + "\" is no " + spoken(form));
    }

    /** A number Sentinel reads only the beginning of, such as 5s; empty when there is none. */
    Optional<String> cut(List<String> arguments) {
        for (int i = 0; i < Math.min(arguments.size(), words.size()); i++) {
            String word = arguments.get(i);
            boolean number = words.get(i).startsWith("int:") || words.get(i).equals("port");
            if (number && Numbers.loose(word).isEmpty() && !digits(word).equals(word)) {
                return Optional.of("\"" + word + "\" is read as " + digits(word));
            }
        }
        return Optional.empty();
    }

    /** What Sentinel reads of a number; the word itself when it does not begin with digits. */
    static String digits(String word) {
        return word.replaceFirst("^(\\s*[+-]?\\d+).*$", "$1");
    }

    private static long least(String form) {
        String first = form.substring("int:".length(), form.indexOf(".."));
        return first.isEmpty() ? Long.MIN_VALUE : Long.parseLong(first);
    }

    /** The form of the arguments, for people. */
    String spoken() {
        return String.join(", ", words.stream().map(SentinelDirective::spoken).toList());
    }

    private static String spoken(String form) {
        return switch (form.replaceAll(":.*", "")) {
            case "name", "new" -> "name of a master";
            case "host" -> "address";
            case "port" -> "port";
            case "yesno" -> "yes or no";
            case "int" -> "number" + (form.startsWith("int:..") ? "" : " of " + least(form) + " or more");
            case "path" -> "path of a program";
            case "secret" -> "password";
            case "id" -> "identity of " + ID_LENGTH + " characters";
            default -> "text";
        };
    }
}
