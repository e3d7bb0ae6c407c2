package dev.keywright.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** AC2: where buckets begin and end, in zones of all kinds. */
class CalendarTest {

    /** UTC; hours of an hour's change; of half an hour's; midnights that are skipped; quarters of an hour; a day that never was. */
    private static final List<String> ZONES = List.of(
            "UTC",
            "Europe/Berlin",
            "Australia/Lord_Howe",
            "America/Sao_Paulo",
            "Asia/Kathmandu",
            "Pacific/Apia",
            "America/St_Johns");

    @Test
    void ac2_bucketsFollowOneAnotherWithoutGapOrOverlapAndEachHasAPlaceOfItsOwn() {
        for (String zone : ZONES) {
            Calendar calendar = new Calendar(ZoneId.of(zone));
            for (Granularity by : Granularity.values()) {
                Set<String> places = new HashSet<>();
                Instant from =
                        Instant.parse(by == Granularity.MINUTE ? "2011-10-15T00:00:00Z" : "2011-06-01T00:00:00Z");
                Instant to = from.plus(Duration.ofDays(by == Granularity.MINUTE ? 2 : 400));
                Calendar.Slot slot = calendar.slot(by, from);
                while (slot.start().isBefore(to)) {
                    Calendar.Slot next = calendar.slot(by, slot.end());
                    boolean right = places.add(slot.part() + " " + slot.field())
                            && slot.start().isBefore(slot.end())
                            && !slot.end().isAfter(slot.over())
                            && slot.field() >= 0
                            && slot.field() <= 366
                            && next.start().equals(slot.end());
                    if (!right) { // very often: not for a library of assertions
                        fail(zone + " " + by + " " + slot);
                    }
                    slot = next;
                }
            }
        }
    }

    @Test
    void ac2_everyInstantLiesInItsBucket() {
        Random random = new Random(7);
        for (String zone : ZONES) {
            Calendar calendar = new Calendar(ZoneId.of(zone));
            for (int i = 0; i < 300; i++) {
                Instant at = Instant.ofEpochSecond(random.nextLong(4_102_444_800L), random.nextInt(1_000_000_000));
                for (Granularity by : Granularity.values()) {
                    Calendar.Slot slot = calendar.slot(by, at);
                    assertThat(at).as("%s %s", zone, by).isBetween(slot.start(), slot.end());
                    assertThat(at).isNotEqualTo(slot.end());
                    assertThat(calendar.slot(by, slot.start())).isEqualTo(slot);
                }
            }
        }
    }

    @Test
    void ac2_aDayThatIsSetBackHasTwoHoursOfTheSameName() {
        Calendar calendar = new Calendar(ZoneId.of("Europe/Berlin"));
        Instant first = Instant.parse("2026-10-25T00:30:00Z"); // 02:30 of summer
        Instant second = Instant.parse("2026-10-25T01:30:00Z"); // 02:30 of winter
        assertThat(calendar.slot(Granularity.HOUR, first).field()).isEqualTo(2);
        assertThat(calendar.slot(Granularity.HOUR, second).field()).isEqualTo(3);
        assertThat(calendar.slot(Granularity.HOUR, second.plusSeconds(21 * 3_600))
                        .field())
                .isEqualTo(24);
        assertThat(calendar.slot(Granularity.DAY, second).field())
                .isEqualTo(LocalDate.parse("2026-10-25").getDayOfYear());
    }
}
