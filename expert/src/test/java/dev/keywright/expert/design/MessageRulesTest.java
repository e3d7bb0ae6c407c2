package dev.keywright.expert.design;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.expert.artifact.SampleDesigns;
import dev.keywright.expert.knowledge.PatternSheet.Candidate;
import dev.keywright.expert.workload.Workload;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageRulesTest {

    private static NeedDesign meet(String pattern, Set<String> traits, Map<String, Double> quantities) {
        return SampleDesigns.choice(List.of(pattern), traits, quantities)
                .design()
                .needs()
                .get(0);
    }

    private static MessagePlan plan(String pattern, Map<String, Double> quantities, String... traits) {
        return meet(pattern, Set.of(traits), quantities).messages().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "pubsub, may-lose, topic",
        "pubsub, cluster-named, sharded-topic",
        "pattern-subscribe, cluster-named, topic-pattern",
        "stream-consumer-group, must-not-lose, stream",
        "stream-consumer-group, every-listener, durable-topic",
        "stream-consumer-group, key-order, stream",
        "reliable-queue, must-not-lose, queue",
        "reliable-queue, back-pressure, bounded-queue",
        "delayed-queue, must-not-lose, delayed-queue",
        "delayed-queue, called-off, delayed-jobs",
        "delayed-queue, fixed-time, delayed-jobs",
        "priority-queue, no-starvation, priority-jobs",
        "job-queue, must-not-lose, jobs",
        "job-queue, recurring, recurring-jobs"
    })
    void whatIsSaidOfMessagesDecidesWhatCarriesThem(String pattern, String trait, String form) {
        assertThat(plan(pattern, Map.of(), trait).form()).isEqualTo(form);
    }

    @Test
    void everyListenerReadsByItselfOnlyWhereNobodySharesTheWork() {
        assertThat(plan("stream-consumer-group", Map.of(), "every-listener", "shared-work")
                        .form())
                .isEqualTo("stream");
        assertThat(plan("stream-consumer-group", Map.of(), "every-listener", "acknowledged")
                        .form())
                .isEqualTo("stream");
    }

    @Test
    void aStreamIsSplitOnAClusterWhereOrderByKeyOrMuchTrafficAsksForIt() {
        Map<String, Double> much = Map.of("rate_per_second", 150_000.0, "shards", 9.0);

        assertThat(plan("stream-consumer-group", much, "cluster-named"))
                .returns("partitioned-stream", MessagePlan::form)
                .returns(36, MessagePlan::parts);
        assertThat(plan("stream-consumer-group", Map.of(), "cluster-named", "key-order")
                        .form())
                .isEqualTo("partitioned-stream");
        assertThat(plan("stream-consumer-group", Map.of(), "cluster-named").form())
                .isEqualTo("stream");
        assertThat(meet("stream-consumer-group", Set.of("cluster-named"), much).keys())
                .extracting(KeyDesign::example)
                .contains("stream:{movements/3}");
    }

    @Test
    void nothingStarvesWhereThatIsAsked() {
        assertThat(plan("priority-queue", Map.of(), "no-starvation").leadSeconds())
                .isEqualTo(600);
        assertThat(plan("priority-queue", Map.of()).leadSeconds()).isGreaterThan(86_400);
    }

    @Test
    void aNeedIsMetByThePatternThatGivesWhatIsSaid() {
        assertThat(MessageRules.pattern("pubsub", workload("read-again"))).isEqualTo("stream-consumer-group");
        assertThat(MessageRules.pattern("pubsub", workload("read-again", "pubsub-named")))
                .isEqualTo("pubsub");
        assertThat(MessageRules.pattern("pubsub", workload("may-lose"))).isEqualTo("pubsub");
        assertThat(MessageRules.pattern("reliable-queue", workload("work-shown")))
                .isEqualTo("job-queue");
        assertThat(MessageRules.pattern("lock", workload("recurring", "catch-up")))
                .isEqualTo("job-queue");
        assertThat(MessageRules.pattern("lock", workload("recurring"))).isEqualTo("lock");
    }

    private static Workload workload(String... traits) {
        return SampleDesigns.choice(List.of("lock"), Set.of(traits), Map.of())
                .design()
                .workload();
    }

    @Test
    void largePayloadsManyListenersAndOrderAreSpokenOf() {
        assertThat(plan("reliable-queue", Map.of("value_bytes", 30e6)).why())
                .anySatisfy(reason -> assertThat(reason.text()).contains("is large", "send its id"));
        assertThat(plan("pubsub", Map.of("users", 25_000.0)).why())
                .anySatisfy(reason -> assertThat(reason.text()).contains("25,000 listeners", "each subscribes once"));
        assertThat(plan("job-queue", Map.of(), "key-order").why())
                .anySatisfy(reason -> assertThat(reason.rule()).isEqualTo("message-order"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pubsub",
                "pattern-subscribe",
                "stream-consumer-group",
                "reliable-queue",
                "delayed-queue",
                "priority-queue",
                "job-queue"
            })
    void nobodyIsPromisedExactlyOnce(String pattern) {
        for (String trait : List.of(
                "must-not-lose", "every-listener", "cluster-named", "back-pressure", "called-off", "recurring")) {
            NeedDesign need = meet(pattern, Set.of(trait, "key-order"), Map.of());

            assertThat(String.join(" ", need.guarantees()))
                    .doesNotContainIgnoringCase("exactly once")
                    .doesNotContainIgnoringCase("never lost");
            assertThat(need.messages()).isPresent();
            boolean kept = !need.structure().equals("pubsub");
            assertThat(String.join(" ", need.guarantees()).contains("failover")).isTrue();
            assertThat(need.guarantees())
                    .filteredOn(promise -> promise.startsWith("At most once"))
                    .hasSize(kept ? 0 : 1);
        }
    }

    @Test
    void whoNamesPubSubAndMayNotMissAnythingIsToldWhatItKeeps() {
        assertThat(plan("pubsub", Map.of(), "pubsub-named", "missed").why())
                .extracting(Reason::rule)
                .contains("message-reload")
                .doesNotContain("message-may-miss");
        assertThat(plan("pubsub", Map.of(), "may-lose", "missed").why())
                .extracting(Reason::rule)
                .contains("message-may-miss");
    }

    @Test
    void whatIsMeasuredFirstIsTheFormThatIsChosen() {
        assertThat(meet("delayed-queue", Set.of("called-off"), Map.of()).candidates())
                .first()
                .returns("jobs for later", Candidate::name);
        assertThat(meet("delayed-queue", Set.of(), Map.of()).candidates())
                .first()
                .returns("sorted set by due time with leases", Candidate::name);
    }

    @Test
    void whatCarriesNoMessagesHasNoPlan() {
        assertThat(meet("cache-aside", Set.of("recurring"), Map.of()).messages())
                .isEmpty();
    }
}
