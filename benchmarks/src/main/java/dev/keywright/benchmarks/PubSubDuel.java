package dev.keywright.benchmarks;

import dev.keywright.benchmarks.Race.Contender;
import dev.keywright.server.Standalone;
import java.util.ArrayList;
import java.util.List;

/**
 * Pub/sub taking turns on one server, see {@link Race}. Each client publishes messages of 64 bytes from one thread and hears them itself; an
 * operation is a message that all its listeners have heard. Prints Markdown.
 *
 * <ul>
 *   <li>{@code alone}: one message at a time, one listener
 *   <li>{@code window}: 256 messages at a time, one listener
 *   <li>{@code fan}: 256 messages at a time, 100 listeners of one channel
 * </ul>
 *
 * <p>Arguments: rounds (11), milliseconds per turn (500), operations (all), contenders (all).
 */
public final class PubSubDuel {

    private static final String OPERATIONS = "alone,window,fan";

    private PubSubDuel() {}

    public static void main(String[] arguments) throws InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 11;
        long millis = arguments.length > 1 ? Long.parseLong(arguments[1]) : 500;
        String operations = arguments.length > 2 ? arguments[2] : OPERATIONS;
        List<String> names = arguments.length > 3 ? List.of(arguments[3].split(",")) : Broadcasts.ALL;
        Race.printHead();
        for (String operation : operations.split(",")) {
            int messages = operation.equals("alone") ? 1 : 256;
            int listeners = operation.equals("fan") ? 100 : 1;
            run(new Setting(operation, messages, listeners), names, rounds, millis);
        }
    }

    /** What is done by each: so many messages at a time, to so many listeners. */
    private record Setting(String operation, int messages, int listeners) {}

    private static void run(Setting setting, List<String> names, int rounds, long millis) throws InterruptedException {
        try (Standalone redis = Standalone.start()) {
            List<Broadcasts> opened = names.stream()
                    .map(name -> Broadcasts.open(name, redis.uri(), setting.listeners()))
                    .toList();
            try {
                List<Contender> contenders = new ArrayList<>();
                for (int i = 0; i < names.size(); i++) {
                    Broadcasts mine = opened.get(i);
                    contenders.add(new Contender(
                            names.get(i), setting.messages() == 1, () -> random -> mine.round(setting.messages())));
                }
                new Race(redis, 1, rounds, millis).run(setting.operation(), contenders);
            } finally {
                opened.forEach(Broadcasts::close);
            }
        }
    }
}
