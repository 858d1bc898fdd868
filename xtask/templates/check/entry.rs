            /// TODO: the condition, as a clause
            VARIANT = NAME { group: Consistency, needs: Nothing, about: Migrations }
