package dev.keywright.expert.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.expert.task.Words;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecurrenceTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "every weekday at 6:30 Berlin time a settlement job; 30 6 * * MON-FRI; Europe/Berlin",
                "clean up every 5 minutes; */5 * * * *; UTC",
                "each hour; 0 * * * *; UTC",
                "every 2 hours; 0 */2 * * *; UTC",
                "a report every Monday at 9 pm, New York time; 0 21 * * MON; America/New_York",
                "monthly invoices; 0 3 1 * *; UTC",
                "every night at midnight; 0 0 * * *; UTC",
                "nightly; 0 3 * * *; UTC",
                "at 12 am; 0 0 * * *; UTC",
                "at 99 customers; 0 3 * * *; UTC"
            })
    void readsWhenSomethingRecurs(String text, String cron, String zone) {
        assertThat(Recurrence.in(Words.of(text))).isEqualTo(new Recurrence(cron, zone));
    }
}
