//! Finding and starting a server.

use gauntlet::server::{Server, SourceContext, embedded};

use crate::area::run;

#[test]
fn the_embedded_server_starts() {
    run(async {
        let begin = std::time::Instant::now();
        let server = Server::shared(&embedded(), &SourceContext::default()).await.unwrap();
        println!("start {:?}", begin.elapsed());
        let mut connection = server.connect().await.unwrap();
        println!("connect {:?}", begin.elapsed());
        let (version, superuser): (i32, String) = sqlx::query_as(
            "SELECT current_setting('server_version_num')::int, current_setting('is_superuser')",
        )
        .fetch_one(&mut connection)
        .await
        .unwrap();
        assert_eq!(u32::try_from(version).unwrap(), server.version());
        assert_eq!(superuser, "on");
        assert!(server.is_superuser() && server.can_create_databases() && server.is_embedded());
    });
}
