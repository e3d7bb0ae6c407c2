package dev.keywright.expert.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.keywright.expert.task.Words;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberReaderTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    1M keys                          | COUNT  | 1e6
                    1m users                         | COUNT  | 1e6
                    1 million keys                   | COUNT  | 1e6
                    1,000,000 keys                   | COUNT  | 1e6
                    1 000 000 keys                   | COUNT  | 1e6
                    1_000_000 keys                   | COUNT  | 1e6
                    1.000.000 keys                   | COUNT  | 1e6
                    1'000'000 keys                   | COUNT  | 1e6
                    2 mln profiles                   | COUNT  | 2e6
                    3bn keys                         | COUNT  | 3e9
                    2B events                        | COUNT  | 2e9
                    seven million                    | COUNT  | 7e6
                    twenty-five thousand             | COUNT  | 25e3
                    two hundred and fifty thousand   | COUNT  | 250e3
                    two million five hundred thousand| COUNT  | 2.5e6
                    a hundred and twenty             | COUNT  | 120
                    three quarters of a million      | COUNT  | 750e3
                    half a million                   | COUNT  | 5e5
                    a quarter of a million           | COUNT  | 250e3
                    a million and a half             | COUNT  | 1.5e6
                    two and a half million           | COUNT  | 2.5e6
                    2 and a half million             | COUNT  | 2.5e6
                    2½ million                       | COUNT  | 2.5e6
                    a couple of million              | COUNT  | 2e6
                    a dozen servers                  | COUNT  | 12
                    half a dozen nodes               | COUNT  | 6
                    two dozen shards                 | COUNT  | 24
                    a pair of replicas               | COUNT  | 2
                    1e9                              | COUNT  | 1e9
                    1.5e6 keys                       | COUNT  | 1.5e6
                    1.5k                             | COUNT  | 1500
                    25k                              | COUNT  | 25e3
                    25 k users                       | COUNT  | 25e3
                    80 thousand                      | COUNT  | 80e3
                    2x10^6                           | COUNT  | 2e6
                    2.5×10⁶                          | COUNT  | 2.5e6
                    10^6 keys                        | COUNT  | 1e6
                    3 lakh users                     | COUNT  | 300e3
                    1,00,000 users                   | COUNT  | 1e5
                    1.2 crore rows                   | COUNT  | 12e6
                    500users                         | COUNT  | 500
                    2,5 GB                           | SIZE   | 2.5e9
                    2KB                              | SIZE   | 2000
                    2 kB                             | SIZE   | 2000
                    2 KiB                            | SIZE   | 2048
                    4Gi                              | SIZE   | 4294967296
                    512Mi                            | SIZE   | 536870912
                    512mi                            | LENGTH | 823984.128
                    512 MiB                          | SIZE   | 536870912
                    3 gigs                           | SIZE   | 3e9
                    200 megs                         | SIZE   | 2e8
                    300 bytes                        | SIZE   | 300
                    64B                              | SIZE   | 64
                    8G                               | SIZE   | 8e9
                    maxmemory 100M                   | SIZE   | 1e8
                    1.5 TB                           | SIZE   | 1.5e12
                    300-500 bytes                    | SIZE   | 500
                    1 to 1.5 KB                      | SIZE   | 1500
                    half a kilobyte                  | SIZE   | 500
                    5 seconds                        | TIME   | 5
                    5s                               | TIME   | 5
                    250ms                            | TIME   | 0.25
                    250 µs                           | TIME   | 0.00025
                    45 mins                          | TIME   | 2700
                    ttl 5m                           | TIME   | 300
                    every 10m                        | TIME   | 600
                    30d                              | TIME   | 2592000
                    30-day                           | TIME   | 2592000
                    six hours                        | TIME   | 21600
                    a day and a half                 | TIME   | 129600
                    an hour and a half               | TIME   | 5400
                    2 hours and a half               | TIME   | 9000
                    two and a half hours             | TIME   | 9000
                    half an hour                     | TIME   | 1800
                    half-hour                        | TIME   | 1800
                    half a minute                    | TIME   | 30
                    a quarter of an hour             | TIME   | 900
                    quarter of an hour               | TIME   | 900
                    three quarters of an hour        | TIME   | 2700
                    1/2 hour                         | TIME   | 1800
                    1½ hours                         | TIME   | 5400
                    a fortnight                      | TIME   | 1209600
                    an hour                          | TIME   | 3600
                    one day                          | TIME   | 86400
                    per calendar day                 | TIME   | 86400
                    in the last hour                 | TIME   | 3600
                    2h30m                            | TIME   | 9000
                    1h30                             | TIME   | 3600
                    1 h 30 min                       | TIME   | 5400
                    1 hour and 30 minutes            | TIME   | 5400
                    2 days 12 hours                  | TIME   | 216000
                    5 to 8 seconds                   | TIME   | 8
                    5-8s                             | TIME   | 8
                    5–8 s                            | TIME   | 8
                    between 5 and 8 seconds          | TIME   | 8
                    500 ms to 2 s                    | TIME   | 2
                    2 or 3 minutes                   | TIME   | 180
                    a couple of seconds              | TIME   | 2
                    a month                          | TIME   | 2592000
                    13 months                        | TIME   | 33696000
                    a year                           | TIME   | 31536000
                    twice a day                      | TIME   | 43200
                    once per minute                  | TIME   | 60
                    once every 5 minutes             | TIME   | 300
                    daily                            | TIME   | 86400
                    hourly                           | TIME   | 3600
                    ten secounds                     | TIME   | 10
                    10 km                            | LENGTH | 10000
                    3 miles                          | LENGTH | 4828.032
                    a mile                           | LENGTH | 1609.344
                    500 metres                       | LENGTH | 500
                    800 meters                       | LENGTH | 800
                    250 feet                         | LENGTH | 76.2
                    2.5km                            | LENGTH | 2500
                    radius of 300m                   | LENGTH | 300
                    99.95%                           | SHARE  | 99.95
                    99,95 %                          | SHARE  | 99.95
                    0.1 percent                      | SHARE  | 0.1
                    5 per cent                       | SHARE  | 5
                    four nines                       | SHARE  | 99.99
                    25k rps                          | RATE   | 25e3
                    25krps                           | RATE   | 25e3
                    200k ops/sec                     | RATE   | 200e3
                    600 rpm                          | RATE   | 10
                    1200 TPS                         | RATE   | 1200
                    """)
    void readsOneAmount(String text, Dimension dimension, double value) {
        List<Amount> amounts = read(text);
        assertThat(amounts).isNotEmpty();
        assertThat(amounts.get(0).dimension()).isEqualTo(dimension);
        assertThat(amounts.get(0).value()).isCloseTo(value, within(value * 1e-6));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "p99",
                "p99.9 latency",
                "HTTP 429",
                "Redis 7.2",
                "Redis 7.2.4",
                "v6",
                "Java 17",
                "JDK17",
                "port 6379",
                "user 42",
                "user:42",
                "order #4711",
                "RFC 6749",
                "24/7",
                "24x7",
                "one of them",
                "no one",
                "one by one",
                "at 10:30",
                "10am",
                "8 p.m.",
                "ten o'clock",
                "5 May",
                "May 5",
                "3rd of June",
                "2024-05-01",
                "01/02/2024",
                "in 2019",
                "203.0.113.9",
                "10.0.0.1:6379",
                "SHA-256",
                "utf8",
                "s3",
                "ipv6",
                "error 1045",
                "1. first",
                "2) second",
                "$500",
                "500 €",
                "returns -1",
                "a second server",
                "every second request",
                "the 99th percentile",
                "WAIT 1 100",
                "DB 0",
                "id=77",
                "plan-7",
                "covid-19",
                "last night",
                "one-off",
                "db5",
                "k8s",
                "thousands of users"
            })
    void takesNoQuantityForOne(String text) {
        assertThat(read(text)).isEmpty();
    }

    private static List<Amount> read(String text) {
        return new NumberReader(text, Words.of(text), false).read();
    }
}
