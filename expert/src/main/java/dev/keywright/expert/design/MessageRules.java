package dev.keywright.expert.design;

import dev.keywright.expert.knowledge.PatternSheet;
import dev.keywright.expert.workload.Recurrence;
import dev.keywright.expert.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Chooses what carries messages from what the task says of them: whether they may be missed, are read again, by how many groups, in
 * which order, when, how urgently, how often they are tried, how many may wait, how large they are.
 */
final class MessageRules {

    /** Of one form; the first that applies decides. */
    private record Form(String pattern, String form, String id, Predicate<MessageRules> applies, String why) {}

    /** Something that follows whatever the form is. */
    private record Remark(String id, Predicate<MessageRules> applies, Function<MessageRules, String> why) {}

    /** What was asked for by one pattern and is what another one is for. */
    private record Turn(String from, String to, Predicate<Workload> applies) {}

    private static final List<Turn> TURNS = List.of(
            new Turn(
                    "pubsub",
                    "stream-consumer-group",
                    workload -> !workload.hasAny("may-lose", "pubsub-named")
                            && workload.hasAny("read-again", "acknowledged")),
            new Turn("reliable-queue", "job-queue", workload -> workload.hasAny("recurring", "work-shown")),
            new Turn("delayed-queue", "job-queue", workload -> workload.has("recurring")),
            new Turn("lock", "job-queue", MessageRules::isServedLater),
            new Turn("idempotency", "job-queue", MessageRules::isServedLater));

    /** What one stream or queue, on one core, bears without being felt, with acknowledgements. */
    private static final double MUCH_A_SECOND = 20_000;

    private static final double LARGE_PAYLOAD = 100_000;
    private static final double MANY_LISTENERS = 5_000;
    private static final double USUAL_CAPACITY = 10_000;

    /** Longer than anything waits: levels are strict then. */
    private static final double STRICT_LEAD = 7 * 86_400.0;

    private static final double SHARED_LEAD = 600;
    private static final double PARTS_FOR_EACH_SHARD = 4;
    private static final double MOST_PARTS = 256;

    private static final List<Form> FORMS = List.of(
            new Form(
                    "pubsub",
                    "sharded-topic",
                    "message-sharded",
                    rules -> rules.cluster,
                    "In a Cluster PUBLISH goes to every node, whoever listens; a sharded channel (SPUBLISH,"
                            + " SSUBSCRIBE) stays with the nodes of its slot, so more shards carry more."),
            new Form(
                    "pubsub",
                    "topic",
                    "message-reload",
                    rules -> rules.has("missed", "must-not-lose") && !rules.has("may-lose"),
                    "Pub/Sub keeps nothing, so whoever was cut off has to load the current state anew, which the gap"
                            + " tells it to. Where that is not enough, a stream keeps the messages, in the same form (a"
                            + " durable topic)."),
            new Form(
                    "pubsub",
                    "topic",
                    "message-may-miss",
                    rules -> true,
                    "Nothing says that a listener who was away must get what it missed, so nothing is stored and"
                            + " nothing has to be acknowledged or trimmed; a gap is told, so that the listener loads the"
                            + " current state."),
            new Form(
                    "pattern-subscribe",
                    "topic-pattern",
                    "message-pattern",
                    rules -> true,
                    "The names of the channels are not known beforehand, so one subscription covers all that fit a"
                            + " pattern. There are no patterns of sharded channels and none of streams."),
            new Form(
                    "stream-consumer-group",
                    "durable-topic",
                    "message-everybody",
                    rules -> rules.has("every-listener") && !rules.has("shared-work", "acknowledged"),
                    "Every listener needs every message, also those sent while it was away, and nobody shares the"
                            + " work: each reads the stream from its own position. A consumer group would deal the"
                            + " messages out among them, Pub/Sub would lose what was missed."),
            new Form(
                    "stream-consumer-group",
                    "partitioned-stream",
                    "message-parts",
                    rules -> rules.cluster && (rules.has("key-order") || rules.isMuch()),
                    "One stream is one key on one master. Split into parts by the key of the event it grows with the"
                            + " Cluster, and what is about one key stays in one part, in order."),
            new Form(
                    "stream-consumer-group",
                    "stream",
                    "message-groups",
                    rules -> true,
                    "Events are kept and acknowledged, each group has its own position, and one that was down goes on"
                            + " where it stopped. A list gives an item to one reader and forgets it, Pub/Sub keeps"
                            + " nothing."),
            new Form(
                    "reliable-queue",
                    "bounded-queue",
                    "message-back-pressure",
                    rules -> rules.has("back-pressure"),
                    "Senders have to wait when workers fall behind, so room is asked for in the same step that adds:"
                            + " no more than the capacity wait, and nothing is dropped."),
            new Form(
                    "reliable-queue",
                    "queue",
                    "message-one-worker",
                    rules -> true,
                    "Each item is for one worker and nothing asks for schedules, priorities, progress or results, so a"
                            + " list does: a stream would keep what is done, a sorted set would order what needs no"
                            + " order."),
            new Form(
                    "delayed-queue",
                    "delayed-jobs",
                    "message-delay-changed",
                    rules -> rules.has("called-off", "fixed-time", "retried") || rules.known("retries"),
                    "It can be called off or moved before it is due, is for a point in time, or is tried again, so"
                            + " each item has an id and a state of its own: a job for later."),
            new Form(
                    "delayed-queue",
                    "delayed-queue",
                    "message-delay",
                    rules -> true,
                    "An item only has to wait: a sorted set by due time, by the server's clock, from which it goes to"
                            + " a list in one step. Expired-key events would come late, or never; a stream cannot hold"
                            + " anything back."),
            new Form(
                    "priority-queue",
                    "priority-jobs",
                    "message-priority",
                    rules -> true,
                    "Urgent ones go first, so what waits is a sorted set, by arrival less a lead for each level; lists"
                            + " and streams know only the order of arrival."),
            new Form(
                    "job-queue",
                    "recurring-jobs",
                    "message-recurring",
                    rules -> rules.has("recurring"),
                    "It begins at times of a calendar. The last time served is kept beside the jobs and moves on in"
                            + " the script that adds the job, so each time is served once, whichever and however many"
                            + " processes look; a lock would not serve times at which nobody was there."),
            new Form(
                    "job-queue",
                    "jobs",
                    "message-jobs",
                    rules -> true,
                    "Work is tried again after pauses, given up with its causes, looked at and called off, so each"
                            + " piece has an id, a state and a lease of its own; a list has no states, a stream nothing"
                            + " that waits for a time."));

    private static final List<Remark> REMARKS = List.of(
            new Remark(
                    "message-order",
                    MessageRules::keepsKeyOrder,
                    rules -> "What is about one thing has to be handled one after the other: it carries the key of that"
                            + " thing, and only things apart run side by side. A failure holds up its own key"
                            + " alone."),
            new Remark(
                    "message-replay",
                    rules -> rules.has("read-again") && rules.sheet.structure().equals("stream"),
                    rules -> "What was handled is read again by id or time for as long as it is kept, so handlers have"
                            + " to bear it."),
            new Remark(
                    "message-no-starvation",
                    rules -> rules.pattern.equals("priority-queue") && rules.has("no-starvation"),
                    rules -> "What is less urgent must come to its turn: a level is worth "
                            + Amounts.seconds(rules.lead())
                            + " of waiting, no more, so what has waited longer goes first."),
            new Remark(
                    "message-fan-out",
                    rules -> rules.sheet.structure().equals("pubsub") && rules.listeners() >= MANY_LISTENERS,
                    rules -> Amounts.count(rules.listeners())
                            + " listeners are served by the application's processes: each subscribes once, and hands"
                            + " on to its browsers or devices; the server sends one copy to each process."),
            new Remark(
                    "message-payload",
                    rules -> rules.value("value_bytes")
                            .filter(size -> size >= LARGE_PAYLOAD)
                            .isPresent(),
                    rules -> "A message of "
                            + Amounts.bytes(rules.value("value_bytes").orElse(0.0))
                            + " is large: put it into an object storage or a key of its own with a TTL, and send its"
                            + " id. Every copy on its way takes that much memory, and a big reply holds up all"
                            + " others."));

    private final PatternSheet sheet;
    private final String pattern;
    private final Workload workload;
    private final boolean cluster;
    private final Map<String, Assumption> assumptions;

    private MessageRules(PatternSheet sheet, Workload workload, boolean cluster, Map<String, Assumption> assumptions) {
        this.sheet = sheet;
        this.pattern = sheet.pattern();
        this.workload = workload;
        this.cluster = cluster;
        this.assumptions = assumptions;
    }

    /** The pattern that meets a need: mostly the one it was understood as. */
    static String pattern(String understood, Workload workload) {
        return TURNS.stream()
                .filter(turn -> turn.from().equals(understood))
                .filter(turn -> turn.applies().test(workload))
                .map(Turn::to)
                .findFirst()
                .orElse(understood);
    }

    /** Empty where the pattern carries no messages. */
    static Optional<MessagePlan> plan(
            PatternSheet sheet, Workload workload, boolean cluster, Map<String, Assumption> assumptions) {
        MessageRules rules = new MessageRules(sheet, workload, cluster, assumptions);
        return FORMS.stream()
                .filter(form -> form.pattern().equals(sheet.pattern()))
                .filter(form -> form.applies().test(rules))
                .findFirst()
                .map(rules::plan);
    }

    /** What a lock cannot do: begin what was due when nobody was there. */
    private static boolean isServedLater(Workload workload) {
        return workload.has("recurring") && workload.has("catch-up");
    }

    private MessagePlan plan(Form form) {
        List<Reason> why = new ArrayList<>();
        why.add(new Reason(form.id(), form.why()));
        REMARKS.stream()
                .filter(remark -> remark.applies().test(this))
                .forEach(remark -> why.add(new Reason(remark.id(), remark.why().apply(this))));
        Recurrence recurrence = Recurrence.in(workload.words());
        return new MessagePlan(
                form.form(),
                keepsKeyOrder(),
                (int) Math.max(1, Math.min(1e9, said("entries").orElse(USUAL_CAPACITY))),
                lead(),
                parts(),
                recurrence.cron(),
                recurrence.zone(),
                List.copyOf(why));
    }

    private boolean keepsKeyOrder() {
        return has("key-order") && !sheet.structure().equals("pubsub");
    }

    private double lead() {
        return has("no-starvation") ? SHARED_LEAD : STRICT_LEAD;
    }

    /** More than there are masters, so that they stay even when masters are added. */
    private int parts() {
        return (int) Math.min(MOST_PARTS, PARTS_FOR_EACH_SHARD * said("shards").orElse(3.0));
    }

    private boolean isMuch() {
        return value("rate_per_second").filter(rate -> rate >= MUCH_A_SECOND).isPresent();
    }

    private double listeners() {
        return said("users").or(() -> said("clients")).orElse(0.0);
    }

    private boolean has(String... traits) {
        return workload.hasAny(traits);
    }

    private boolean known(String quantity) {
        return said(quantity).isPresent();
    }

    private Optional<Double> said(String quantity) {
        return workload.quantity(quantity, pattern);
    }

    private Optional<Double> value(String quantity) {
        return said(quantity)
                .or(() -> Optional.ofNullable(assumptions.get(quantity)).map(Assumption::value));
    }
}
